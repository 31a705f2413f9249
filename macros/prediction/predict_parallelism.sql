{#
  Groups of rows a node works on at once, when the call does not say: var `predict_parallelism`, else four for each
  instance behind the endpoint, shared out among the cluster's nodes, from 1 to 16. Each group keeps several requests in
  flight and slows down when the endpoint throttles.
#}
{% macro predict_parallelism(udf, described) %}
  {% if var('predict_parallelism', none) %}
    {% do return(var('predict_parallelism')) %}
  {% endif %}
  {% set nodes = (adapter.fetch_rows('select nproc() as nodes') | first)['nodes'] | int %}
  {% set groups = 4 * exasol_sagemaker.instances_behind(udf, described['endpoint_name']) %}
  {% do return([1, [(groups / nodes) | round(0, 'ceil') | int, 16] | min] | max) %}
{% endmacro %}

{# How many instances the endpoint behind a prediction_udf of this project has; 1 if the project does not know. #}
{% macro instances_behind(udf, endpoint_name) %}
  {% set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list %}
  {% for node in nodes if node.schema | lower == udf.schema | lower and node.alias | lower == udf.identifier | lower %}
    {% for unique_id in node.depends_on.nodes if unique_id in graph.nodes %}
      {% set read = graph.nodes[unique_id] %}
      {% if read.config.materialized == 'sagemaker_endpoint' %}
        {% set relation = api.Relation.create(schema=read.schema, identifier=read.alias) %}
        {% if exasol_sagemaker.column_types(relation) %}
          {% set row = adapter.newest_row(
              adapter.fetch_rows(
                  'select instance_count, deployed_at from ' ~ relation ~ ' where endpoint_name = '
                  ~ adapter.sql_literal(endpoint_name, 'varchar')
              ),
              by=['deployed_at']
          ) %}
          {% if row and row['instance_count'] %}
            {% do return(row['instance_count'] | int) %}
          {% endif %}
        {% endif %}
      {% endif %}
    {% endfor %}
  {% endfor %}
  {% do return(1) %}
{% endmacro %}
