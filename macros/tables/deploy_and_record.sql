{# Deploys a job to this node's endpoint, waits until it serves, and writes its row. Returns a message. #}
{% macro deploy_and_record(relation, job_name, options=none) %}
  {% set deployment = adapter.deploy_endpoint(model, job_name, config=options) %}
  {% set row = deployment['row'] %}
  {% if row['status'] != 'InService' %}
    {% set row = adapter.wait_for_endpoint(model, row['endpoint_name']) %}
  {% endif %}
  {% do exasol_sagemaker.record_deployment(relation, row) %}
  {% do return(deployment['message']) %}
{% endmacro %}
