{#
  Brings one row of one of our tables up to date, and sends nothing if it is.
  existing: that row as the database has it, none if it has none; where: the condition that finds it again.
#}
{% macro record_row(relation, columns, row, existing, where) %}
  {% set types = {} %}
  {% for column in columns %}
    {% do types.update({column['name']: column['type']}) %}
  {% endfor %}
  {% if not existing %}
    {% call statement('insert_row', auto_begin=False) -%}
      insert into {{ relation }} (
        {{ row.keys() | join(',\n        ') }}
      )
      values (
        {%- for name, value in row.items() %}
        {{ adapter.sql_literal(value, types[name]) }}{{ ',' if not loop.last }}
        {%- endfor %}
      )
    {%- endcall %}
  {% else %}
    {% set changed = adapter.changed_values(existing, row) %}
    {% if changed %}
      {% call statement('update_row', auto_begin=False) -%}
        update {{ relation }}
        set
        {%- for name, value in changed.items() %}
          {{ name }} = {{ adapter.sql_literal(value, types[name]) }}{{ ',' if not loop.last }}
        {%- endfor %}
        where {{ where }}
      {%- endcall %}
    {% endif %}
  {% endif %}
{% endmacro %}
