{# The select of predict() without rows: for parsing, compiling before the UDF exists, and --empty. #}
{% macro predict_nothing(udf, input, carried, described=none) %}
  {%- set results = described['result_columns'] if described else exasol_sagemaker.expected_results(udf) -%}
  {%- set sql -%}
/* predict(): an empty stand-in for a call of {{ udf.schema }}.{{ udf.identifier }} */
select
    {%- for name in carried %}
    {{ name }},
    {%- endfor %}
    {%- for column in results %}
    cast(null as {{ column['type'] }}) as {{ column['name'] | lower }},
    {%- endfor %}
    cast(null as varchar(63)) as job_name
from {{ input }}
where false
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
