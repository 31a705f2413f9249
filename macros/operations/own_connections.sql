{#
  The CONNECTION of the profile, if it is there and the project itself makes it: by calling create_connection() in
  on-run-start or on-run-end. One that an administrator made is not ours to drop.
#}
{% macro own_connections() %}
  {% set hooks = graph.nodes.values()
      | selectattr('resource_type', 'equalto', 'operation')
      | map(attribute='raw_code') | join(' ') %}
  {% if 'create_connection' not in hooks %}
    {% do return([]) %}
  {% endif %}
  {% set name = adapter.sagemaker_connection_name() %}
  {% do return(
      adapter.fetch_rows(
          'select connection_name from exa_all_connections where connection_name = '
          ~ adapter.sql_literal(name, 'varchar')
      ) | map(attribute='connection_name') | list
  ) %}
{% endmacro %}
