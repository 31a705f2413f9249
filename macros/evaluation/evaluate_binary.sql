{#
  Two labels. Rows are counted per score first, so that a score's ties are one row: the AUC is the part of the pairs of
  a positive and a negative row that the score puts in order, where a tie is half a pair (the Mann-Whitney statistic).
#}
{% macro evaluate_binary(asked, positive_label) %}
  {%- set slices = asked.slices -%}
  {%- set columns = exasol_sagemaker.slice_columns(slices) -%}
  {%- set positive = exasol_sagemaker.positive_label_of(positive_label) -%}
  {%- set sql -%}
with

{{ exasol_sagemaker.judged_rows(
    asked,
    [{'source': 'cast(predictions.probability as double)', 'name': 'probability'}],
    ['predictions.probability']
) }}
{{- exasol_sagemaker.positive_label_cte(positive_label) }}

flags as (
    select
        {{- columns }}
        probability,
        case when actual = {{ positive }} then 1 when actual <> {{ positive }} then 0 end as is_positive,
        case when predicted = {{ positive }} then 1 when predicted <> {{ positive }} then 0 end as is_flagged,
        case when actual = predicted then 1 else 0 end as is_correct
    from judged
    {%- if positive_label is none %}
    cross join positive
    {%- endif %}
),

by_score as (
    select
        {{- columns }}
        probability,
        count(*) as row_count,
        sum(is_positive) as positives,
        sum(1 - is_positive) as negatives,
        sum(is_flagged) as flagged,
        sum(is_positive * is_flagged) as true_positives,
        sum(is_correct) as correct
    from flags
    {{- exasol_sagemaker.slice_grouping(slices, ['probability']) }}
),

ranked as (
    select
        by_score.*,
        sum(negatives) over (
            {%- if slices %}
            {{ exasol_sagemaker.slice_partition(slices) }}
            {%- endif %}
            order by probability
            rows between unbounded preceding and current row
        ) as negatives_up_to
    from by_score
),

totals as (
    select
        {{- columns }}
        cast(sum(row_count) as double) as row_count,
        cast(sum(positives) as double) as positives,
        cast(sum(negatives) as double) as negatives,
        cast(sum(flagged) as double) as flagged,
        cast(sum(true_positives) as double) as true_positives,
        cast(sum(correct) as double) as correct,
        sum(cast(positives as double) * (cast(negatives_up_to as double) - cast(negatives as double) / 2))
            as pairs_in_order,
        sum(
            positives * {{ exasol_sagemaker.clipped_ln('probability') }}
            + negatives * {{ exasol_sagemaker.clipped_ln('1 - probability') }}
        ) as log_likelihood
    from ranked
    {{- exasol_sagemaker.slice_grouping(slices) }}
)

select
    {%- for slice in slices %}
    {{ slice.name }},
    {%- endfor %}
    cast(coalesce(row_count, 0) as decimal(18, 0)) as row_count,
    cast(positives as decimal(18, 0)) as positives,
    pairs_in_order / nullif(positives * negatives, 0) as auc,
    -log_likelihood / row_count as log_loss,
    correct / row_count as accuracy,
    case
        when positives = 0 then (negatives - flagged) / nullif(negatives, 0)
        when negatives = 0 then true_positives / nullif(positives, 0)
        else (
            true_positives / nullif(positives, 0)
            + (negatives - flagged + true_positives) / nullif(negatives, 0)
        ) / 2
    end as balanced_accuracy,
    case when flagged = 0 then 0 else true_positives / nullif(flagged, 0) end as precision,
    case when positives = 0 then 0 else true_positives / nullif(positives, 0) end as recall,
    case
        when positives + flagged = 0 then 0
        else 2 * true_positives / nullif(positives + flagged, 0)
    end as f1
from totals
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
