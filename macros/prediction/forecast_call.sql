{# What the body of a forecast begins with, before the call's arguments in JSON. #}
{% macro forecast_call_mark() %}
  {%- do return('/* forecast ') -%}
{% endmacro %}

{# The arguments that forecast() wrote into a node's body: {job_name}. #}
{% macro forecast_call(sql) %}
  {% set call = exasol_sagemaker.call_in(sql, exasol_sagemaker.forecast_call_mark()) %}
  {% if call is none %}
    {% do exceptions.raise_compiler_error(
        'The SQL of ' ~ model.unique_id ~ ' has to be a call of forecast(): '
        ~ "{{ exasol_sagemaker.forecast(model=ref('…'), input=ref('…')) }}."
    ) %}
  {% endif %}
  {% do return(call) %}
{% endmacro %}
