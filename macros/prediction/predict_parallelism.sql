{#
  Groups of rows a node works on at once, when the call does not say: var `predict_parallelism`, else four for each
  instance behind the endpoint, or one for each four requests that a serverless one takes at once, shared out among the
  cluster's nodes, from 1 to 16. Each group keeps several requests in flight and slows down when the endpoint throttles.
#}
{% macro predict_parallelism(udf, described) %}
  {% if var('predict_parallelism', none) %}
    {% do return(var('predict_parallelism')) %}
  {% endif %}
  {% set nodes = (adapter.fetch_rows('select nproc() as nodes') | first)['nodes'] | int %}
  {% set groups = exasol_sagemaker.groups_for(udf, described['endpoint_name']) %}
  {% do return([1, [(groups / nodes) | round(0, 'ceil') | int, 16] | min] | max) %}
{% endmacro %}

{# Groups that the endpoint behind a prediction_udf of this project has room for; those of an instance if it is not known. #}
{% macro groups_for(udf, endpoint_name) %}
  {% set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list %}
  {% for node in nodes if node.schema | lower == udf.schema | lower and node.alias | lower == udf.identifier | lower %}
    {% for unique_id in node.depends_on.nodes if unique_id in graph.nodes %}
      {% set read = graph.nodes[unique_id] %}
      {% if read.config.materialized == 'sagemaker_endpoint' %}
        {% set relation = api.Relation.create(schema=read.schema, identifier=read.alias) %}
        {% if exasol_sagemaker.column_types(relation) %}
          {% set row = adapter.newest_row(
              adapter.fetch_rows(
                  'select instance_count, max_concurrency, deployed_at from ' ~ relation ~ ' where endpoint_name = '
                  ~ adapter.sql_literal(endpoint_name, 'varchar')
              ),
              by=['deployed_at']
          ) %}
          {% if row and row['max_concurrency'] %}
            {% do return((row['max_concurrency'] | int / 4) | round(0, 'ceil') | int) %}
          {% endif %}
          {% if row and row['instance_count'] | int %}
            {% do return(4 * row['instance_count'] | int) %}
          {% endif %}
        {% endif %}
      {% endif %}
    {% endfor %}
  {% endfor %}
  {% do return(4) %}
{% endmacro %}
