{#
  Writes a deployment into a sagemaker_endpoint's table: a row for each configuration that an endpoint has had.
  known: rows of the table, see known_deployments.
#}
{% macro record_deployment(relation, known, row) %}
  {% set existing = known
      | selectattr('endpoint_name', 'equalto', row['endpoint_name'])
      | selectattr('endpoint_config_name', 'equalto', row['endpoint_config_name']) | first %}
  {% set where = 'endpoint_name = ' ~ adapter.sql_literal(row['endpoint_name'], 'varchar')
      ~ ' and endpoint_config_name = ' ~ adapter.sql_literal(row['endpoint_config_name'], 'varchar') %}
  {% do exasol_sagemaker.record_row(relation, exasol_sagemaker.deployment_columns(), row, existing, where) %}
{% endmacro %}
