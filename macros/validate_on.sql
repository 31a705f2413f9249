{#
  In the SQL of an autopilot_model: the rows that candidates are validated on, instead of a part of the training query's.
  Renders to a comment. The relation is an upstream node like any other.

  Arguments:
    input   ref() or source() of a relation, or a query: has the columns of the training query, in any order
    where   condition on its rows

      select * from {{ ref('training_rows') }}
      {{ exasol_sagemaker.validate_on(ref('holdout_rows')) }}
#}
{% macro validate_on(input, where=none) %}
  {% set query = exasol_sagemaker.as_query(input) %}
  {% if where %}
    {% set query = 'select * from (' ~ query ~ ') where ' ~ where %}
  {% endif %}
  {% do return(exasol_sagemaker.validation_mark() ~ tojson({'query': query}) | replace('*/', '*\\/') ~ ' */') %}
{% endmacro %}

{# What the comment begins with that validate_on() renders to, before its JSON. #}
{% macro validation_mark() %}
  {%- do return('/* validate_on ') -%}
{% endmacro %}

{# The query that validate_on() wrote into a node's SQL; none without it. #}
{% macro validation_query(sql) %}
  {% set parts = sql.split(exasol_sagemaker.validation_mark()) %}
  {% if parts | length > 2 %}
    {% do exceptions.raise_compiler_error(model.unique_id ~ ' calls validate_on() more than once; a model has one validation set.') %}
  {% endif %}
  {% do return(fromjson(parts[1].split(' */')[0])['query'] if parts | length == 2 else none) %}
{% endmacro %}
