{#
  The body of a batch_prediction whose model this project did not train: a SageMaker model, or an Autopilot job whose best
  candidate predicts. What is somebody else's is never changed or deleted.

  Arguments:
    input          ref() or source() of the relation to predict for
    key            column or columns that identify a row, carried through under their own names and types
    features       columns that the model reads, in its order
    model_name     name of the SageMaker model; either this or job_name
    job_name       name of the Autopilot job
    problem_type   of a model: Regression, BinaryClassification or MulticlassClassification; a Regression if absent
    target_type    SQL type of what it predicts; DOUBLE for a regression
    response_keys  of a model: fields of a line of its answer, in order; without them it is a bare prediction
    columns        further columns of the input to carry through
    where          condition on the input's rows
    threshold      for two labels: the PROBABILITY from which PREDICTION is the second one; the model's own if absent
    probabilities  for classification: also PROBABILITIES, a JSON object with that of each label

  input (id, income, age)  →  (id, prediction, probability, job_name)
#}
{% macro batch_predict_foreign(
    input,
    key,
    features,
    model_name=none,
    job_name=none,
    problem_type=none,
    target_type=none,
    response_keys=none,
    columns=none,
    where=none,
    threshold=none,
    probabilities=false
) %}
  {{ return(adapter.dispatch('batch_predict_foreign', 'exasol_sagemaker')(
      input, key, features, model_name, job_name, problem_type, target_type, response_keys, columns, where, threshold, probabilities
  )) }}
{% endmacro %}

{% macro default__batch_predict_foreign(
    input, key, features, model_name, job_name, problem_type, target_type, response_keys, columns, where, threshold, probabilities
) %}
  {% set keys = [key] if key is string else key | list %}
  {% set carried = keys + ([columns] if columns is string else columns or []) | list %}
  {% set read = [features] if features is string else features | list %}
  {% if not keys or not read %}
    {% do exceptions.raise_compiler_error(
        'batch_predict_foreign() needs a key, the columns that identify a row, and features, those that the model reads.'
    ) %}
  {% endif %}
  {% set results = [{'name': 'PREDICTION', 'type': target_type or 'double'}] %}
  {% if target_type and problem_type != 'Regression' %}
    {% do results.append({'name': 'PROBABILITY', 'type': 'double'}) %}
  {% endif %}
  {% set named = [] %}
  {% for name in read %}
    {% do named.append({'name': name}) %}
  {% endfor %}
  {% set described = {'job_name': model_name or job_name, 'input_columns': named, 'result_columns': results} %}
  {% set options = {'threshold': threshold, 'probabilities': probabilities} %}
  {% if not execute or flags.EMPTY %}
    {% do return(exasol_sagemaker.predict_nothing(this, input, carried, described, options)) %}
  {% endif %}

  {% set found = exasol_sagemaker.predict_columns(described, input, carried, caller='batch_predict_foreign()') %}
  {% if not found %}
    {% do return(exasol_sagemaker.predict_nothing(this, input, carried, described, options)) %}
  {% endif %}
  {% set names = found['carried'] | map(attribute='name') | list %}
  {% set call = {
      'foreign': {
          'model_name': model_name,
          'job_name': job_name,
          'problem_type': problem_type,
          'target_type': target_type,
          'response_keys': response_keys or [],
      },
      'key': names[:keys | length],
      'columns': names[keys | length:],
      'threshold': threshold,
      'probabilities': probabilities,
  } %}
  {% set sql -%}
{{ exasol_sagemaker.batch_call_mark() }}{{ tojson(call) | replace('*/', '*\\/') }} */
select
    {%- for name in names + found['features'] %}
    {{ adapter.quote(name) }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ input }}
    {%- if where %}
where {{ where }}
    {%- endif %}
  {%- endset %}
  {% do return(sql | trim) %}
{% endmacro %}
