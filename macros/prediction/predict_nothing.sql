{#
  The select of predict() or batch_predict() without rows: for parsing, compiling before the UDF or the training job
  exists, and --empty.
#}
{% macro predict_nothing(udf, input, carried, described=none) %}
  {%- set results = described['result_columns'] if described else exasol_sagemaker.expected_results(udf) -%}
  {%- set sql -%}
/* an empty stand-in for predictions by {{ udf.schema }}.{{ udf.identifier }} */
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
