{# What the body of a batch_prediction begins with, before the call's arguments in JSON. #}
{% macro batch_call_mark() %}
  {%- do return('/* batch_predict ') -%}
{% endmacro %}

{# The arguments that batch_predict() wrote into a node's body: {job_name, key, columns, threshold, probabilities}. #}
{% macro batch_call(sql) %}
  {% set call = exasol_sagemaker.call_in(sql, exasol_sagemaker.batch_call_mark()) %}
  {% if call is none %}
    {% do exceptions.raise_compiler_error(
        'The SQL of ' ~ model.unique_id ~ ' has to be a call of batch_predict(): '
        ~ "{{ exasol_sagemaker.batch_predict(model=ref('…'), input=ref('…'), key='…') }}."
    ) %}
  {% endif %}
  {% do return(call) %}
{% endmacro %}
