{#
  What a prediction UDF that does not exist yet will give, as far as the project tells: the type of PREDICTION is that
  of the target column in what the autopilot_model behind it reads.
#}
{% macro expected_results(udf) %}
  {% set found = namespace(type='varchar(2000000)', problem_type=none) %}
  {% if execute and flags.INTROSPECT is not false %}
    {% set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list %}
    {% for node in nodes if node.schema | lower == udf.schema | lower and node.alias | lower == udf.identifier | lower %}
      {% set trained = exasol_sagemaker.autopilot_model_behind(node) %}
      {% if trained %}
        {% set options = trained.config %}
        {% set target = options.get('target_column') or options.get('meta', {}).get('target_column') or '' %}
        {% set found.problem_type = options.get('problem_type') or options.get('meta', {}).get('problem_type') %}
        {% for source in trained.depends_on.nodes %}
          {% set read = graph.nodes.get(source) or graph.sources.get(source) %}
          {% if read %}
            {% set relation = api.Relation.create(
                schema=read.schema, identifier=read.get('alias') or read.get('identifier')
            ) %}
            {% for column in exasol_sagemaker.column_types(relation) if column['name'] | lower == target | lower %}
              {% set found.type = column['type'] %}
            {% endfor %}
          {% endif %}
        {% endfor %}
      {% endif %}
    {% endfor %}
  {% endif %}
  {% set results = [{'name': 'PREDICTION', 'type': found.type}] %}
  {% if found.problem_type != 'Regression' %}
    {% do results.append({'name': 'PROBABILITY', 'type': 'double'}) %}
  {% endif %}
  {% do return(results) %}
{% endmacro %}

{# The autopilot_model that a node reads, directly or by way of others; none if there is none. #}
{% macro autopilot_model_behind(node) %}
  {% if node.config.materialized == 'autopilot_model' %}
    {% do return(node) %}
  {% endif %}
  {% for unique_id in node.depends_on.nodes if unique_id in graph.nodes %}
    {% set behind = exasol_sagemaker.autopilot_model_behind(graph.nodes[unique_id]) %}
    {% if behind %}
      {% do return(behind) %}
    {% endif %}
  {% endfor %}
  {% do return(none) %}
{% endmacro %}
