{#
  Creates or refreshes the Exasol CONNECTION with the AWS credentials that boto3 finds here. The statement is sent past
  dbt's logs. As a hook or by hand:

      on-run-start: "{{ exasol_sagemaker.create_connection() }}"
      dbt run-operation exasol_sagemaker.create_connection
#}
{% macro create_connection(name=none) %}
  {%- if exasol_sagemaker.hook_runs() -%}
    {%- set created = adapter.create_sagemaker_connection(name) -%}
    {%- do log('connection ' ~ created ~ ' holds the AWS credentials', info=(flags.WHICH == 'run-operation')) -%}
  {%- endif -%}
{% endmacro %}
