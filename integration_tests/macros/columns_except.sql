{# Columns of a relation without some, one a line; a star as long as the relation is not there to be looked at. #}
{% macro columns_except(relation, without) %}
  {% set unwanted = without | map('upper') | list %}
  {% set names = [] %}
  {% if execute %}
    {% for column in adapter.get_columns_in_relation(relation) if column.name | upper not in unwanted %}
      {% do names.append(adapter.quote(column.name)) %}
    {% endfor %}
  {% endif %}
  {% do return(names | join(',\n    ') or '*') %}
{% endmacro %}
