{#
  Makes sure that one of our tables is there with these columns. A table of an older version gets the columns that
  it lacks; a table that is something else is an error, for it may hold somebody's data.
#}
{% macro ensure_table(relation, columns, key) %}
  {% set existing = load_cached_relation(relation) %}
  {% if existing is not none and not existing.is_table %}
    {% do drop_relation_if_exists(existing) %}
    {% set existing = none %}
  {% endif %}
  {% if existing is none %}
    {% call statement('create_table', auto_begin=False) -%}
      create table if not exists {{ relation }} (
        {%- for column in columns %}
        {{ column['name'] }} {{ column['type'] }}{{ ',' if not loop.last }}
        {%- endfor %}
      )
    {%- endcall %}
    {% do adapter.cache_added(relation) %}
  {% else %}
    {% set present = adapter.present_columns(relation) %}
    {% if key not in present %}
      {% do exceptions.raise_compiler_error(
          relation ~ ' exists and is no table of ' ~ model.unique_id ~ ': it has no column ' ~ key | upper
          ~ '. Drop it, or give the model another alias.'
      ) %}
    {% endif %}
    {% set missing = columns | rejectattr('name', 'in', present) | list %}
    {% for column in missing %}
      {% call statement('add_column', auto_begin=False) -%}
        alter table {{ relation }} add column {{ column['name'] }} {{ column['type'] }}
      {%- endcall %}
    {% endfor %}
    {% if missing %}
      {% do adapter.columns_added(relation) %}
    {% endif %}
  {% endif %}
{% endmacro %}
