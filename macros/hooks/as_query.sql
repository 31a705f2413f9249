{# A query as it is, or one for all rows of a relation. #}
{% macro as_query(query_or_relation) %}
  {% do return(query_or_relation if query_or_relation is string else 'select * from ' ~ query_or_relation) %}
{% endmacro %}
