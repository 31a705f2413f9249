{#
  Comments that make a registry model run after the project's own models: those that the var `registry_after` names. A
  package cannot know them, and without the var its tables say how things were when the run began.
#}
{% macro after_registered_models() %}
  {%- for name in var('registry_after', []) %}
-- depends_on: {{ ref(project_name, name) }}
  {%- endfor %}
{% endmacro %}
