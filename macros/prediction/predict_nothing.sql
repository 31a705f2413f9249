{#
  The select of predict() or batch_predict() without rows: for parsing, compiling before the UDF or the training job
  exists, and --empty.
#}
{% macro predict_nothing(udf, input, carried, described=none, options={}) %}
  {%- set results = (described['result_columns'] if described else exasol_sagemaker.expected_results(udf)) | list -%}
  {%- if options.get('probabilities') -%}
    {%- set results = results + [{'name': 'PROBABILITIES', 'type': 'varchar(2000000)'}] -%}
  {%- endif -%}
  {%- if options.get('explain') -%}
    {%- set results = results + [{'name': 'EXPLANATION', 'type': 'varchar(2000000)'}] -%}
  {%- endif -%}
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
    {%- if options.get('hashed') %},
    cast(null as varchar(32)) as input_hash
    {%- endif %}
from {{ input }}
where false
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
