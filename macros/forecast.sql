{#
  The body of a forecast: the history of the series, and who forecasts them. No endpoint is needed.

  Arguments:
    model    ref() of an autopilot_model with problem_type TimeSeriesForecasting, or of a view on one: the newest of its
             jobs forecasts
    input    ref() or source() of the history: has the training columns, the target among them, in any order and case. It
             may be newer than what was trained on: the forecast begins where it ends
    where    condition on the input's rows
    job      name of a job, instead of the newest

  input (item, sold_on, sold)  →  (item, sold_on, p10, p50, p90, mean, job_name), a row for each step of the horizon

  Until the model has been trained the select is empty when compiled, and an error when run.
#}
{% macro forecast(model, input, where=none, job=none) %}
  {{ return(adapter.dispatch('forecast', 'exasol_sagemaker')(model, input, where, job)) }}
{% endmacro %}

{% macro default__forecast(trained, input, where=none, job=none) %}
  {% if not execute %}
    {% do return(exasol_sagemaker.forecast_nothing(trained, input)) %}
  {% endif %}
  {% set running = flags.WHICH in ['run', 'build', 'retry'] and not flags.EMPTY %}
  {% set described = exasol_sagemaker.described_training(trained, job) if running or flags.INTROSPECT is not false else none %}
  {% if flags.EMPTY or not described %}
    {% if running %}
      {% do exceptions.raise_compiler_error(
          'forecast(): ' ~ trained.schema ~ '.' ~ trained.identifier ~ ' lists no training job'
          ~ (' ' ~ job if job else '') ~ '. Train it first, `dbt build --select +' ~ model.name ~ '` does.'
      ) %}
    {% endif %}
    {% do return(exasol_sagemaker.forecast_nothing(trained, input)) %}
  {% endif %}
  {% if described['problem_type'] != 'TimeSeriesForecasting' %}
    {% do exceptions.raise_compiler_error(
        'forecast(): job ' ~ described['job_name'] ~ ' is a ' ~ described['problem_type']
        ~ ', and forecasts nothing. Use batch_predict(), or train with problem_type TimeSeriesForecasting.'
    ) %}
  {% endif %}
  {% set found = exasol_sagemaker.predict_columns(
      described, input, [described['target_column']], caller='forecast()'
  ) %}
  {% if not found %}
    {% do return(exasol_sagemaker.forecast_nothing(trained, input)) %}
  {% endif %}
  {% set names = found['features'] + found['carried'] | map(attribute='name') | list %}
  {% set sql -%}
{{ exasol_sagemaker.forecast_call_mark() }}{{ tojson({'job_name': described['job_name']}) | replace('*/', '*\\/') }} */
select
    {%- for name in names | unique(case_sensitive=true) %}
    {{ adapter.quote(name) }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ input }}
    {%- if where %}
where {{ where }}
    {%- endif %}
  {%- endset %}
  {% do return(sql | trim) %}
{% endmacro %}
