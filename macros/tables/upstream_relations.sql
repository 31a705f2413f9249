{# Relations of the nodes that this model reads and that are materialized in a given way. #}
{% macro upstream_relations(materialized) %}
  {% set relations = [] %}
  {% for unique_id in model.depends_on.nodes %}
    {% set node = graph.nodes.get(unique_id) %}
    {% if node and node.config.materialized == materialized %}
      {% set relation = load_cached_relation(api.Relation.create(schema=node.schema, identifier=node.alias)) %}
      {% if relation %}
        {% do relations.append(relation) %}
      {% endif %}
    {% endif %}
  {% endfor %}
  {% do return(relations) %}
{% endmacro %}
