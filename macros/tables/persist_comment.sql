{#
  Puts the node's description on its table or script if persist_docs asks for it and the database has another one.
  dbt-exasol's own macro knows no scripts, and sends a comment on every run.
#}
{% macro persist_comment(relation) %}
  {% if not config.persist_relation_docs() or not model.description %}
    {% do return(none) %}
  {% endif %}
  {% set kind = 'script' if relation.type == 'function' else 'table' %}
  {% set schema, name = relation.stored_name() %}
  {% set found = adapter.fetch_rows(
      'select ' ~ kind ~ '_comment as current_comment from exa_all_' ~ kind ~ 's where ' ~ kind ~ "_schema = '" ~ schema
      ~ "' and " ~ kind ~ "_name = '" ~ name ~ "'"
  ) | first %}
  {% if found and found['current_comment'] != model.description %}
    {% call statement('comment', auto_begin=False) -%}
      comment on {{ kind }} {{ relation }} is {{ adapter.sql_literal(model.description, 'varchar') }}
    {%- endcall %}
  {% endif %}
{% endmacro %}
