{#
  The body of a batch_prediction: the rows to predict, and who predicts them. No endpoint is needed.

  Arguments:
    model    ref() of an autopilot_model, or of a view on one: the newest of its jobs predicts
    input    ref() or source() of the relation to predict for: has the training columns, in any order and case
    key      column or columns that identify a row, carried through under their own names and types
    columns  further columns of the input to carry through
    where    condition on the input's rows
    job      name of a job, instead of the newest
    threshold      for two labels: the PROBABILITY from which PREDICTION is the second one; the model's own if absent
    probabilities  for classification: also PROBABILITIES, a JSON object with that of each label

  input (id, income, age)  →  (id, prediction, probability, job_name)

  Results are those of predict(). Until the model has been trained the select is empty when compiled, and an error
  when run.
#}
{% macro batch_predict(
    model, input, key, columns=none, where=none, job=none, threshold=none, probabilities=false
) %}
  {{ return(adapter.dispatch('batch_predict', 'exasol_sagemaker')(
      model, input, key, columns, where, job, threshold, probabilities
  )) }}
{% endmacro %}

{% macro default__batch_predict(
    trained, input, key, columns=none, where=none, job=none, threshold=none, probabilities=false
) %}
  {% set keys = [key] if key is string else key | list %}
  {% set carried = keys + ([columns] if columns is string else columns or []) | list %}
  {% if not keys %}
    {% do exceptions.raise_compiler_error(
        'batch_predict() needs a key: the column or columns that identify a row of the input.'
    ) %}
  {% endif %}
  {% set options = {'threshold': threshold, 'probabilities': probabilities} %}
  {% if not execute %}
    {% do return(exasol_sagemaker.predict_nothing(trained, input, carried, options=options)) %}
  {% endif %}

  {% set running = flags.WHICH in ['run', 'build', 'retry'] and not flags.EMPTY %}
  {% set described = exasol_sagemaker.described_training(trained, job) if running or flags.INTROSPECT is not false else none %}
  {% if flags.EMPTY or not described %}
    {% if running %}
      {% do exceptions.raise_compiler_error(
          'batch_predict(): ' ~ trained.schema ~ '.' ~ trained.identifier ~ ' lists no training job'
          ~ (' ' ~ job if job else '') ~ '. Train it first, `dbt build --select +' ~ model.name ~ '` does.'
      ) %}
    {% endif %}
    {% do return(exasol_sagemaker.predict_nothing(trained, input, carried, described, options)) %}
  {% endif %}
  {% do exasol_sagemaker.check_predict_options(described, options, caller='batch_predict()') %}

  {% set found = exasol_sagemaker.predict_columns(described, input, carried, caller='batch_predict()') %}
  {% if not found %}
    {% do return(exasol_sagemaker.predict_nothing(trained, input, carried, described, options)) %}
  {% endif %}
  {% set names = found['carried'] | map(attribute='name') | list %}
  {% set call = {
      'job_name': described['job_name'],
      'key': names[:keys | length],
      'columns': names[keys | length:],
      'threshold': threshold,
      'probabilities': probabilities,
  } %}
  {% set sql -%}
{{ exasol_sagemaker.batch_call_mark() }}{{ tojson(call) | replace('*/', '*\\/') }} */
select
    {%- for name in (names + found['features']) | unique(case_sensitive=true) %}
    {{ adapter.quote(name) }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ input }}
    {%- if where %}
where {{ where }}
    {%- endif %}
  {%- endset %}
  {% do return(sql | trim) %}
{% endmacro %}
