{# Rows of a sagemaker_endpoint's table. #}
{% macro known_deployments(relation) %}
  {% do return(adapter.fetch_rows(
      'select ' ~ exasol_sagemaker.deployment_columns() | map(attribute='name') | join(', ') ~ ' from ' ~ relation
  )) %}
{% endmacro %}
