{# Columns of a registry model, as its yml has them: a list of {name, type}. #}
{% macro registry_columns() %}
  {% set columns = [] %}
  {% for column in model.columns.values() %}
    {% do columns.append({'name': column['name'] | lower, 'type': column['data_type']}) %}
  {% endfor %}
  {% do return(columns) %}
{% endmacro %}
