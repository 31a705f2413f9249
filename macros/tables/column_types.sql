{# Columns of a table or view in order, as a list of {name, type}, spelt as the system tables have them. #}
{% macro column_types(relation) %}
  {% set schema, name = relation.stored_name() %}
  {% set rows = adapter.fetch_rows(
      "select column_name, column_type from exa_all_columns where column_schema = '" ~ schema
      ~ "' and column_table = '" ~ name ~ "' order by column_ordinal_position"
  ) %}
  {% set columns = [] %}
  {% for row in rows %}
    {% do columns.append({'name': row['column_name'], 'type': row['column_type']}) %}
  {% endfor %}
  {% do return(columns) %}
{% endmacro %}
