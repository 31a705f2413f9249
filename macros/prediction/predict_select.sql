{#
  The select around the UDF's call: rows in groups, so that every node works on its own rows in parallel.
  https://docs.exasol.com/db/latest/database_concepts/udf_scripts.htm
#}
{% macro predict_select(udf, input, keys, described, call, options) %}
  {%- set names = call['carried'] | map(attribute='name') | list -%}
  {%- set hash = adapter.quote('input hash') if options['hashed'] else none -%}
  {%- set results = described['result_columns'] | list -%}
  {%- set outputs = results -%}
  {%- if options['probabilities'] or options['threshold'] is not none -%}
    {%- set outputs = results + [{'name': 'PROBABILITIES', 'type': 'VARCHAR(2000000)'}] -%}
  {%- endif -%}
  {%- set shown = outputs if options['probabilities'] else results -%}
  {%- if options['explain'] -%}
    {%- set explanation = [{'name': 'EXPLANATION', 'type': 'VARCHAR(2000000)'}] -%}
    {%- set outputs, shown = outputs + explanation, shown + explanation -%}
  {%- endif -%}
  {%- set sql -%}
select
    {%- for column in call['carried'] %}
    predicted.{{ adapter.quote(column['name']) }},
    {%- endfor %}
    {%- for column in shown %}
    {%- if column['name'] == 'PREDICTION' and options['threshold'] is not none %}
    {{ exasol_sagemaker.prediction_from(options['threshold'], column['type']) }} as prediction,
    {%- else %}
    predicted.{{ adapter.quote(column['name']) }},
    {%- endif %}
    {%- endfor %}
    cast({{ adapter.sql_literal(described['job_name'], 'varchar') }} as varchar(63)) as job_name
    {%- if hash %},
    predicted.input_hash
    {%- endif %}
from (
    select
        {{ udf.schema }}.{{ udf.identifier }}(
            {%- for name in names %}
            {{ adapter.quote(name) }},
            {%- endfor %}
            {%- if hash %}
            {{ hash }},
            {%- endif %}
            {%- for name in call['features'] %}
            {{ adapter.quote(name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) emits (
            {%- for column in call['carried'] %}
            {{ adapter.quote(column['name']) }} {{ column['type'] }},
            {%- endfor %}
            {%- if hash %}
            input_hash varchar(32),
            {%- endif %}
            {%- for column in outputs %}
            {{ adapter.quote(column['name']) }} {{ column['type'] }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    from (
{{ exasol_sagemaker.rows_to_predict(input, keys, described, call, options) | indent(8, first=true) }}
    ) as input_rows
    group by
        iproc(),
        mod(rownum, {{ options['parallelism'] or exasol_sagemaker.predict_parallelism(udf, described) }})
) as predicted
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}

{#
  PREDICTION by a threshold of the caller's own. The two labels stand in PROBABILITIES, {"first": 0.7, "second": 0.3},
  in the model's order.
#}
{% macro prediction_from(threshold, type) %}
  {%- set label = '"((?:[^"\\\\]|\\\\.)*)": [^,]*' -%}
  {%- set pattern = adapter.sql_literal('^\\{' ~ label ~ ', ' ~ label ~ '\\}$', 'varchar') -%}
  {%- set names = [] -%}
  {%- for group in ['\\1', '\\2'] -%}
    {%- set name = 'regexp_replace(predicted.probabilities, ' ~ pattern ~ ", '" ~ group ~ "')" -%}
    {%- set name = "replace(replace(" ~ name ~ ", '\\\"', '\"'), '\\\\', '\\')" -%}
    {%- do names.append(adapter.label_value(name, type)) -%}
  {%- endfor -%}
  case
        when predicted.probability >= {{ threshold }} then {{ names[1] }}
        when predicted.probability < {{ threshold }} then {{ names[0] }}
        else predicted.prediction
    end
{%- endmacro %}
