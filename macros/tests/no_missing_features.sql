{#
  Test on the rows that a model predicts: no feature is missing more often than in the training data, and none lacks its
  column.

  training: ref() to the training data.
  autopilot_model: ref() to the model whose input columns are the features; else the columns are all of the training data's.
  columns: the features, instead of both.
  tolerance: by how much the share of NULLs may be larger than in training, from 0 to 1.

      data_tests:
        - exasol_sagemaker.no_missing_features:
            arguments:
              training: ref('credit_risk_training')
              autopilot_model: ref('credit_risk_autopilot')
#}
{% test no_missing_features(model, training, autopilot_model=none, columns=none, tolerance=0.05) %}
  {%- if not exasol_sagemaker.model_test_runs() %}
{{ exasol_sagemaker.failing_rows([]) }}
  {%- else %}
    {%- set features = exasol_sagemaker.tested_features(training, autopilot_model, columns) %}
    {%- set present = adapter.query_columns('select * from ' ~ model) | map(attribute='name') | list %}
    {%- set absent = features | reject('in', present) | list %}
    {%- set shared = features | select('in', present) | list %}
    {%- set failures = [] %}
    {%- for feature in absent %}
      {%- do failures.append(feature ~ ' is no column here, the model was trained on it') %}
    {%- endfor %}
    {%- if not shared %}
{{ exasol_sagemaker.failing_rows(failures or ['there are no features to look at']) }}
    {%- else %}
with
      {%- for name, relation in [('training_rows', training), ('tested_rows', model)] %}
{{ name }} as (
    select
        count(*) as row_count
        {%- for feature in shared %},
        count({{ adapter.quote(feature) }}) as present_{{ loop.index }}
        {%- endfor %}
    from {{ relation }}
),
      {%- endfor %}
features as (
      {%- for feature in shared %}
    select
        {{ loop.index }} as feature_number,
        {{ adapter.sql_literal(feature, 'varchar') }} as feature
    from dual
    {{- '\n    union all' if not loop.last }}
      {%- endfor %}
),
missing as (
    select
        features.feature,
      {%- for name in ['training', 'tested'] %}
        1 - case features.feature_number
        {%- for feature in shared %}
            when {{ loop.index }} then {{ name }}_rows.present_{{ loop.index }}
        {%- endfor %}
        end / nullifzero({{ name }}_rows.row_count) as {{ name }}_share{{ ',' if not loop.last }}
      {%- endfor %}
    from features
    cross join training_rows
    cross join tested_rows
)
select
    feature || ' is missing in ' || cast(cast(100 * tested_share as decimal(9, 2)) as varchar(30))
    || ' % of the rows, in training in ' || cast(cast(100 * training_share as decimal(9, 2)) as varchar(30)) || ' %' as failure
from missing
where tested_share > training_share + {{ tolerance }}
      {%- if failures %}
union all
{{ exasol_sagemaker.failing_rows(failures) }}
      {%- endif %}
    {%- endif %}
  {%- endif %}
{% endtest %}

{# The names of the features that no_missing_features looks at, as the database spells them. #}
{% macro tested_features(training, autopilot_model=none, columns=none) %}
  {% set known = adapter.query_columns('select * from ' ~ training) | map(attribute='name') | list %}
  {% if columns %}
    {% set features = [] %}
    {% for name in columns %}
      {% set found = known | select('equalto', name) | first or known | select('equalto', name | upper) | first %}
      {% if not found %}
        {% do exceptions.raise_compiler_error(
            'no_missing_features: ' ~ training ~ ' has no column ' ~ name ~ '. It has: ' ~ known | join(', ') ~ '.'
        ) %}
      {% endif %}
      {% do features.append(found) %}
    {% endfor %}
    {% do return(features) %}
  {% elif autopilot_model %}
    {% set job = adapter.newest_row(
        adapter.fetch_rows('select * from ' ~ autopilot_model), by=['requested_at', 'created_at']
    ) %}
    {% do return(fromjson((job or {}).get('input_columns') or '[]') | map(attribute='name') | list) %}
  {% endif %}
  {% do return(known) %}
{% endmacro %}
