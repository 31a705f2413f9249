{# One statement that puts a query's result in a table's place: readers see the old rows or the new ones. #}
{% macro replace_table_as(relation, query) %}
create or replace table {{ relation }} as
{{ query }}
{% endmacro %}
