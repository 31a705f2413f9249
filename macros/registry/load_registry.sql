{# Creates a table with these columns and puts rows into it, many with one statement. #}
{% macro load_registry(relation, columns, rows) %}
  {% call statement('create_staging', auto_begin=False) -%}
    create or replace table {{ relation }} (
      {%- for column in columns %}
      {{ column['name'] }} {{ column['type'] }}{{ ',' if not loop.last }}
      {%- endfor %}
    )
  {%- endcall %}
  {% for values in adapter.value_lists(rows, columns) %}
    {% call statement('load_staging', auto_begin=False) -%}
      insert into {{ relation }} values
      {{ values }}
    {%- endcall %}
  {% endfor %}
{% endmacro %}

{# The rows of a registry table: the new ones, and of the table before those that are kept and still asked for. #}
{% macro registry_query(staging, existing, columns, jobs, kept) %}
  {%- set names = columns | map(attribute='name') | join(',\n    ') -%}
  {%- set still_asked_for = jobs | map(attribute='job_name') | select('in', kept) | list -%}
select
    {{ names }}
from {{ staging }}
  {%- if still_asked_for %}
union all
select
    {{ names }}
from {{ existing }}
where job_name in (
    {%- for name in still_asked_for %}
    {{ adapter.sql_literal(name, 'varchar') }}{{ ',' if not loop.last }}
    {%- endfor %}
)
  {%- endif %}
{% endmacro %}
