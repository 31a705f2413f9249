{#
  Deploys a job to this node's endpoint, waits until it serves, and writes its row. Returns a message. If it does not
  come into service, or its update fails, the rows say so, and the node fails.
#}
{% macro deploy_and_record(relation, job_name, options=none) %}
  {% set known = exasol_sagemaker.known_deployments(relation) %}
  {% set deployment = adapter.deploy_endpoint(
      model,
      job_name,
      config=options,
      last=adapter.newest_row(known, by=['deployed_at']),
      release=should_full_refresh()
  ) %}
  {% do exasol_sagemaker.settle_and_record(model, relation, known, deployment) %}
  {% do return(deployment['message']) %}
{% endmacro %}
