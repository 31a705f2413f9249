{# The table beside this model in which a hook keeps its rows: <relation>_<suffix>. #}
{% macro side_table(suffix) %}
  {% do return(api.Relation.create(
      schema=this.schema, identifier=this.identifier ~ '_' ~ suffix, type='table'
  )) %}
{% endmacro %}
