{# Writes a deployment into a sagemaker_endpoint's table: a row for each configuration that an endpoint has had. #}
{% macro record_deployment(relation, row) %}
  {% set columns = exasol_sagemaker.deployment_columns() %}
  {% set where = 'endpoint_name = ' ~ adapter.sql_literal(row['endpoint_name'], 'varchar')
      ~ ' and endpoint_config_name = ' ~ adapter.sql_literal(row['endpoint_config_name'], 'varchar') %}
  {% set known = adapter.fetch_rows(
      'select ' ~ columns | map(attribute='name') | join(', ') ~ ' from ' ~ relation ~ ' where ' ~ where
  ) %}
  {% do exasol_sagemaker.record_row(relation, columns, row, known | first, where) %}
{% endmacro %}
