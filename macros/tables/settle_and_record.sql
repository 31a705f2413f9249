{#
  Waits until an endpoint serves what was deployed, and writes its row, or the rows of a failed deployment and of what
  the endpoint serves instead.
  known: rows of its table, see known_deployments.
#}
{% macro settle_and_record(node, relation, known, deployment) %}
  {% set rows, failure = [deployment['row']], none %}
  {% if deployment['changed'] or deployment['row']['status'] != 'InService' %}
    {% set waited = adapter.wait_for_endpoint(node, deployment['row']) %}
    {% set rows, failure = waited['rows'], waited['failure'] %}
  {% endif %}
  {% for row in rows %}
    {% do exasol_sagemaker.record_deployment(relation, known, row) %}
  {% endfor %}
  {% do adapter.raise_failure(node, failure) %}
{% endmacro %}
