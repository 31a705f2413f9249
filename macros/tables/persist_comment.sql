{#
  Puts the node's description on its table or script, and those of its columns on the table's, if persist_docs asks for it
  and the database has another one. dbt-exasol's own macro knows no scripts, and sends comments on every run.
#}
{% macro persist_comment(relation) %}
  {% if config.persist_relation_docs() and model.description %}
    {% do exasol_sagemaker.persist_relation_comment(relation) %}
  {% endif %}
  {% if config.persist_column_docs() and model.columns and relation.type == 'table' %}
    {% do exasol_sagemaker.persist_column_comments(relation) %}
  {% endif %}
{% endmacro %}

{% macro persist_relation_comment(relation) %}
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

{% macro persist_column_comments(relation) %}
  {% set schema, name = relation.stored_name() %}
  {% set described = {} %}
  {% for column in model.columns.values() %}
    {% do described.update({column.name | lower: column.description}) %}
  {% endfor %}
  {% for found in adapter.fetch_rows(
      "select column_name, column_comment from exa_all_columns where column_schema = '" ~ schema
      ~ "' and column_table = '" ~ name ~ "'"
  ) %}
    {% set description = described.get(found['column_name'] | lower) %}
    {% if description and description != found['column_comment'] %}
      {% call statement('column_comment', auto_begin=False) -%}
        comment on column {{ relation }}.{{ adapter.quote(found['column_name']) }} is
        {{ adapter.sql_literal(description, 'varchar') }}
      {%- endcall %}
    {% endif %}
  {% endfor %}
{% endmacro %}
