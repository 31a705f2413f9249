{#
  The select around the UDF's call: rows in groups, so that every node works on its own rows in parallel.
  https://docs.exasol.com/db/latest/database_concepts/udf_scripts.htm
#}
{% macro predict_select(udf, input, keys, described, call, parallelism=none, where=none) %}
  {%- set names = call['carried'] | map(attribute='name') | list -%}
  {%- set outputs = call['carried'] + described['result_columns'] -%}
  {%- set conditions = ['(' ~ where ~ ')'] if where else [] -%}
  {%- if is_incremental() -%}
    {%- do conditions.append(exasol_sagemaker.not_yet_predicted(names[:keys | length], described['job_name'])) -%}
  {%- endif -%}
  {%- set sql -%}
select
    {%- for column in outputs %}
    predicted.{{ adapter.quote(column['name']) }},
    {%- endfor %}
    cast({{ adapter.sql_literal(described['job_name'], 'varchar') }} as varchar(63)) as job_name
from (
    select
        {{ udf.schema }}.{{ udf.identifier }}(
            {%- for name in names + call['features'] %}
            {{ adapter.quote(name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        ) emits (
            {%- for column in outputs %}
            {{ adapter.quote(column['name']) }} {{ column['type'] }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    from (
        select
            {%- for name in (names + call['features']) | unique(case_sensitive=true) %}
            unpredicted.{{ adapter.quote(name) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ input }} as unpredicted
        {%- for condition in conditions %}
        {{ 'where' if loop.first else 'and' }} {{ condition }}
        {%- endfor %}
    ) as input_rows
    group by
        iproc(),
        mod(rownum, {{ parallelism or var('predict_parallelism', 4) }})
) as predicted
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}

{# The condition that a row's key has no prediction by this job in the table of predictions. #}
{% macro not_yet_predicted(keys, job_name) %}
  {%- set present = exasol_sagemaker.column_types(this) | map(attribute='name') | map('upper') | list -%}
  {%- for name in keys + ['JOB_NAME'] if name | upper not in present -%}
    {%- do exceptions.raise_compiler_error(
        'predict(): ' ~ this ~ ' has no column ' ~ name ~ ', so rows that are predicted already cannot be told. '
        ~ 'Keep the key and JOB_NAME in the incremental model, or run it with --full-refresh.'
    ) -%}
  {%- endfor -%}
  {%- set sql -%}
not exists (
            select 1
            from {{ this }} as earlier
            where earlier.job_name = {{ adapter.sql_literal(job_name, 'varchar') }}
            {%- for name in keys %}
                and earlier.{{ adapter.quote(name) }} = unpredicted.{{ adapter.quote(name) }}
            {%- endfor %}
        )
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}
