{#
  How often which label was predicted for which: a row for each pair of labels, and slice.

  Arguments:
    predictions, truth, target, key, by, where   as in evaluate()

  →  by columns, actual, predicted, row_count, share_of_actual

  The labels are all that occur in any slice, as truth or as prediction. Pairs that do not occur have row_count 0, so
  that every slice has its full matrix. SHARE_OF_ACTUAL is ROW_COUNT's part of the rows of that actual label in the
  slice, null where there are none: on the diagonal it is the label's recall.
#}
{% macro confusion_matrix(predictions, truth, target, key, by=none, where=none) %}
  {{ return(adapter.dispatch('confusion_matrix', 'exasol_sagemaker')(predictions, truth, target, key, by, where)) }}
{% endmacro %}

{% macro default__confusion_matrix(predictions, truth, target, key, by=none, where=none) %}
  {%- set slices = exasol_sagemaker.evaluation_slices('confusion_matrix', by, key) -%}
  {%- set asked = {
      'predictions': predictions, 'truth': truth, 'target': target, 'where': where,
      'key_columns': exasol_sagemaker.evaluation_keys('confusion_matrix', key), 'slices': slices,
  } -%}
  {%- set columns = exasol_sagemaker.slice_columns(slices) -%}
  {%- set sql -%}
with

{{ exasol_sagemaker.judged_rows(asked) }}

counted as (
    select
        {{- columns }}
        actual,
        predicted,
        count(*) as row_count
    from judged
    {{- exasol_sagemaker.slice_grouping(slices, ['actual', 'predicted']) }}
),

labels as (
    select actual as label from counted
    union
    select predicted as label from counted
),
{%- if slices %}

slices as (
    select distinct {{ slices | map(attribute='name') | join(', ') }}
    from counted
),
{%- endif %}

cells as (
    select
        {{- columns }}
        actual,
        predicted,
        row_count
    from counted
    union all
    select
        {%- for slice in slices %}
        slices.{{ slice.name }},
        {%- endfor %}
        actual_labels.label as actual,
        predicted_labels.label as predicted,
        0 as row_count
    from labels as actual_labels
    cross join labels as predicted_labels
    {%- if slices %}
    cross join slices
    {%- endif %}
),

matrix as (
    select
        {{- columns }}
        actual,
        predicted,
        sum(row_count) as row_count
    from cells
    {{- exasol_sagemaker.slice_grouping(slices, ['actual', 'predicted']) }}
)

select
    {%- for slice in slices %}
    {{ slice.name }},
    {%- endfor %}
    actual,
    predicted,
    cast(row_count as decimal(18, 0)) as row_count,
    cast(row_count as double)
    / nullif(sum(row_count) over (partition by {{ (slices | map(attribute='name') | list + ['actual']) | join(', ') }}), 0)
        as share_of_actual
from matrix
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
