{#
  Post-hook: writes the relation that was just built, or a query's result, to S3 as CSV.

      post_hook="{{ exasol_sagemaker.export_to_s3() }}"
#}
{% macro export_to_s3(query=none, s3_uri=none) %}
  {%- if exasol_sagemaker.hook_runs() -%}
    {%- set export = adapter.export_to_s3(model, query or 'select * from ' ~ this, s3_uri=s3_uri) -%}
    {%- do log(export['message'], info=true) -%}
  {%- endif -%}
{% endmacro %}
