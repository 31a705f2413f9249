{#
  A select with a prediction for each row of a relation.

  Arguments:
    udf            ref() of a prediction_udf
    input          ref() or source() of the relation to predict for: has the training columns, in any order and case
    key            column or columns that identify a row, carried through under their own names and types
    columns        further columns of the input to carry through
    parallelism    groups of rows a node works on at once; see predict_parallelism()
    where          condition on the input's rows
    threshold      for two labels: the PROBABILITY from which PREDICTION is the second one; the model's own if absent
    probabilities  for classification: also PROBABILITIES, a JSON object with that of each label
    explain        also EXPLANATION, a JSON object with the part that each training column has in PROBABILITY, or in the
                   predicted quantity; for an endpoint with an explainer
    changes        in an incremental model, send rows again whose training columns have changed; true if absent

  input (id, income, age)  →  (id, prediction, probability, job_name)

  PROBABILITY is there for classification. In an incremental model only rows are sent that are new, have changed, or have
  no prediction by the job that is deployed now; INPUT_HASH at the end tells changed ones. Until the UDF exists the
  select is empty when compiled, and an error when run.
#}
{% macro predict(
    udf,
    input,
    key,
    columns=none,
    parallelism=none,
    where=none,
    threshold=none,
    probabilities=false,
    changes=true,
    explain=false
) %}
  {{ return(adapter.dispatch('predict', 'exasol_sagemaker')(
      udf, input, key, columns, parallelism, where, threshold, probabilities, changes, explain
  )) }}
{% endmacro %}

{% macro default__predict(
    udf,
    input,
    key,
    columns=none,
    parallelism=none,
    where=none,
    threshold=none,
    probabilities=false,
    changes=true,
    explain=false
) %}
  {% set keys = [key] if key is string else key | list %}
  {% set carried = keys + ([columns] if columns is string else columns or []) | list %}
  {% if not carried %}
    {% do exceptions.raise_compiler_error('predict() needs a key: the column or columns that identify a row of the input.') %}
  {% endif %}
  {% set options = {
      'parallelism': parallelism,
      'where': where,
      'threshold': threshold,
      'probabilities': probabilities,
      'explain': explain,
      'hashed': changes and config.get('materialized') == 'incremental',
  } %}
  {% if not execute %}
    {% do return(exasol_sagemaker.predict_nothing(udf, input, carried, options=options)) %}
  {% endif %}

  {% set running = flags.WHICH in ['run', 'build', 'retry'] and not flags.EMPTY %}
  {% set described = adapter.describe_prediction_udf(udf) if running or flags.INTROSPECT is not false else none %}
  {% if flags.EMPTY or not described %}
    {% if running %}
      {% do exceptions.raise_compiler_error(
          'predict(): there is no prediction UDF ' ~ udf.schema ~ '.' ~ udf.identifier
          ~ '. Build it first, `dbt build --select +' ~ model.name ~ '` does.'
      ) %}
    {% endif %}
    {% do return(exasol_sagemaker.predict_nothing(udf, input, carried, described, options)) %}
  {% endif %}
  {% do exasol_sagemaker.check_predict_options(described, options) %}

  {% set call = exasol_sagemaker.predict_columns(described, input, carried) %}
  {% if not call %}
    {% do return(exasol_sagemaker.predict_nothing(udf, input, carried, described, options)) %}
  {% endif %}
  {% do return(exasol_sagemaker.predict_select(udf, input, keys, described, call, options)) %}
{% endmacro %}
