{#
  Creates the Exasol CONNECTION with the AWS credentials that boto3 finds here, or refreshes it. The statement is sent
  past dbt's logs. By hand it always puts the present credentials into it; as a hook only if it lacks them, or if they
  would end within `valid_for_minutes`:

      on-run-start: "{{ exasol_sagemaker.create_connection(grants=['ANALYSTS']) }}"
      dbt run-operation exasol_sagemaker.create_connection
#}
{% macro create_connection(name=none, grants=none, valid_for_minutes=none) %}
  {%- if exasol_sagemaker.hook_runs() -%}
    {%- set by_hand = flags.WHICH == 'run-operation' -%}
    {%- set change = adapter.create_sagemaker_connection(
        name,
        grants=grants if grants is not none else var('connection_grants', none),
        valid_for_minutes=valid_for_minutes or var('connection_valid_for_minutes', 60),
        always=by_hand
    ) -%}
    {%- do log(change['message'], info=(by_hand or change['changed'])) -%}
  {%- endif -%}
{% endmacro %}
