{#
  Makes a sagemaker_endpoint serve an earlier job again, by an update in place, and keeps it there until its query
  returns yet another job, or until it is run with --full-refresh.
  endpoint: name of the model; to: the job, else the one before that which it serves.

      dbt run-operation exasol_sagemaker.rollback_endpoint --args '{endpoint: credit_risk_endpoint}'
#}
{% macro rollback_endpoint(endpoint, to=none) %}
  {% if execute %}
    {% set node = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('name', 'equalto', endpoint)
        | selectattr('config.materialized', 'equalto', 'sagemaker_endpoint') | first %}
    {% if not node %}
      {% do exceptions.raise_compiler_error(
          'rollback_endpoint: there is no sagemaker_endpoint ' ~ endpoint ~ ' in this project.'
      ) %}
    {% endif %}
    {% set relation = api.Relation.create(schema=node.schema, identifier=node.alias, type='table') %}
    {% set known = exasol_sagemaker.known_deployments(relation) %}
    {% set deployment = adapter.roll_back_endpoint(node, known, to) %}
    {% do exasol_sagemaker.settle_and_record(node, relation, known, deployment) %}
    {% do log(endpoint ~ ': ' ~ deployment['message'], info=true) %}
  {% endif %}
{% endmacro %}
