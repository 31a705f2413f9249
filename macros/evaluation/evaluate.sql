{#
  How well predictions fit what happened: a select with one row, or one row per slice.

  Arguments:
    predictions     relation with the key, PREDICTION and, for two labels, PROBABILITY: what predict() gives
    truth           relation with the key and the target column
    target          the target column of `truth`
    key             column or columns, in both relations, that identify a row
    problem_type    BinaryClassification, MulticlassClassification or Regression
    positive_label  BinaryClassification: the label that PROBABILITY is of; the larger of the two labels if absent
    probabilities   MulticlassClassification: {label: column or expression with its probability}, for the log loss
    by              column or columns, of either relation, whose values make the slices
    where           condition on the joined rows

  BinaryClassification      →  row_count, positives, auc, log_loss, accuracy, balanced_accuracy, precision, recall, f1
  MulticlassClassification  →  row_count, label_count, accuracy, balanced_accuracy, macro_precision, macro_recall,
                               macro_f1, and log_loss where probabilities are given
  Regression                →  row_count, rmse, mae, mape, r2

  Judged are the rows that have truth and prediction (and probabilities, where they are read). The figures are
  scikit-learn's; one that is undefined on a slice is null.
#}
{% macro evaluate(
    predictions, truth, target, key, problem_type,
    positive_label=none, probabilities=none, by=none, where=none
) %}
  {{ return(adapter.dispatch('evaluate', 'exasol_sagemaker')(
      predictions, truth, target, key, problem_type, positive_label, probabilities, by, where
  )) }}
{% endmacro %}

{% macro default__evaluate(
    predictions, truth, target, key, problem_type,
    positive_label=none, probabilities=none, by=none, where=none
) %}
  {% set asked = {
      'predictions': predictions, 'truth': truth, 'target': target, 'where': where,
      'key_columns': exasol_sagemaker.evaluation_keys('evaluate', key),
      'slices': exasol_sagemaker.evaluation_slices('evaluate', by, key),
  } %}
  {% if positive_label is not none and problem_type != 'BinaryClassification' %}
    {% do exceptions.raise_compiler_error('evaluate(): positive_label is for BinaryClassification only.') %}
  {% endif %}
  {% if probabilities and problem_type != 'MulticlassClassification' %}
    {% do exceptions.raise_compiler_error(
        'evaluate(): probabilities is for MulticlassClassification only; for two labels PROBABILITY is read.'
    ) %}
  {% endif %}
  {% if problem_type == 'BinaryClassification' %}
    {% do return(exasol_sagemaker.evaluate_binary(asked, positive_label)) %}
  {% elif problem_type == 'MulticlassClassification' %}
    {% do return(exasol_sagemaker.evaluate_multiclass(asked, probabilities or {})) %}
  {% elif problem_type == 'Regression' %}
    {% do return(exasol_sagemaker.evaluate_regression(asked)) %}
  {% endif %}
  {% do exceptions.raise_compiler_error(
      'evaluate(): the problem_type is BinaryClassification, MulticlassClassification or Regression, not '
      ~ problem_type ~ '.'
  ) %}
{% endmacro %}
