{#
  The rows that predict() sends: all of the input, or in an incremental model those without a prediction by the job that
  is deployed now, of these training columns.
#}
{% macro rows_to_predict(input, keys, described, call, options) %}
  {%- set names = call['carried'] | map(attribute='name') | list -%}
  {%- set selected = (names + call['features']) | unique(case_sensitive=true) | list -%}
  {%- set hash = adapter.quote('input hash') -%}
  {%- set sql -%}
select
    {%- for name in selected %}
    candidates.{{ adapter.quote(name) }}{{ ',' if not loop.last }}
    {%- endfor %}
    {%- if options['hashed'] %},
    candidates.{{ hash }}
    {%- endif %}
from (
    select
        {%- for name in selected %}
        {{ adapter.quote(name) }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- if options['hashed'] %},
        cast({{ adapter.row_digest(call['feature_columns']) }} as varchar(32)) as {{ hash }}
        {%- endif %}
    from {{ input }} as unpredicted
    {%- if options['where'] %}
    where ({{ options['where'] }})
    {%- endif %}
) as candidates
{%- if is_incremental() %}
where {{ exasol_sagemaker.not_yet_predicted(names[:keys | length], described['job_name'], hash if options['hashed'] else none) }}
{%- endif %}
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}

{# The condition that a row has no prediction by this job in the table of predictions, or one of other values. #}
{% macro not_yet_predicted(keys, job_name, hash=none) %}
  {%- set needed = keys + ['JOB_NAME'] + (['INPUT_HASH'] if hash else []) -%}
  {%- set present = exasol_sagemaker.column_types(this) | map(attribute='name') | map('upper') | list -%}
  {%- for name in needed if name | upper not in present -%}
    {%- do exceptions.raise_compiler_error(
        'predict(): ' ~ this ~ ' has no column ' ~ name ~ ', so rows that are predicted already cannot be told. '
        ~ 'Keep the key, JOB_NAME and INPUT_HASH in the incremental model (without INPUT_HASH say changes=false), '
        ~ 'or run it with --full-refresh.'
    ) -%}
  {%- endfor -%}
  {%- set sql -%}
not exists (
    select 1
    from {{ this }} as earlier
    where earlier.job_name = {{ adapter.sql_literal(job_name, 'varchar') }}
    {%- for name in keys %}
        and earlier.{{ adapter.quote(name) }} = candidates.{{ adapter.quote(name) }}
    {%- endfor %}
    {%- if hash %}
        and earlier.input_hash = candidates.{{ hash }}
    {%- endif %}
)
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}
