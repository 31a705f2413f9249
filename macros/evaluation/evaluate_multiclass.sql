{#
  Several labels: pairs of labels are counted once, and all else is figured from the counts. Macro figures are means over the
  labels that occur in a slice, as truth or as prediction; balanced accuracy is the mean recall of those that occur as truth.
#}
{% macro evaluate_multiclass(asked, probabilities) %}
  {%- set slices = asked.slices -%}
  {%- set columns = exasol_sagemaker.slice_columns(slices) -%}
  {%- set likelihood = exasol_sagemaker.likelihood('truth.' ~ asked.target, probabilities) -%}
  {%- set sql -%}
with

{{ exasol_sagemaker.judged_rows(
    asked, [{'source': likelihood, 'name': 'likelihood'}] if probabilities else [], probabilities.values() | list
) }}

counted as (
    select
        {{- columns }}
        actual,
        predicted,
        count(*) as row_count
        {%- if probabilities %},
        sum({{ exasol_sagemaker.clipped_ln('likelihood') }}) as log_likelihood
        {%- endif %}
    from judged
    {{- exasol_sagemaker.slice_grouping(slices, ['actual', 'predicted']) }}
),

seen as (
    select
        {{- columns }}
        actual as label,
        row_count as actual_rows,
        0 as predicted_rows,
        case when actual = predicted then row_count else 0 end as correct_rows
        {%- if probabilities %},
        log_likelihood
        {%- endif %}
    from counted
    union all
    select
        {{- columns }}
        predicted as label,
        0 as actual_rows,
        row_count as predicted_rows,
        0 as correct_rows
        {%- if probabilities %},
        cast(0 as double) as log_likelihood
        {%- endif %}
    from counted
),

by_label as (
    select
        {{- columns }}
        label,
        cast(sum(actual_rows) as double) as actual_rows,
        cast(sum(predicted_rows) as double) as predicted_rows,
        cast(sum(correct_rows) as double) as correct_rows
        {%- if probabilities %},
        sum(log_likelihood) as log_likelihood
        {%- endif %}
    from seen
    {{- exasol_sagemaker.slice_grouping(slices, ['label']) }}
)

select
    {%- for slice in slices %}
    {{ slice.name }},
    {%- endfor %}
    cast(coalesce(sum(actual_rows), 0) as decimal(18, 0)) as row_count,
    count(*) as label_count,
    sum(correct_rows) / sum(actual_rows) as accuracy,
    avg(correct_rows / nullif(actual_rows, 0)) as balanced_accuracy,
    avg(coalesce(correct_rows / nullif(predicted_rows, 0), 0)) as macro_precision,
    avg(coalesce(correct_rows / nullif(actual_rows, 0), 0)) as macro_recall,
    avg(2 * correct_rows / (actual_rows + predicted_rows)) as macro_f1
    {%- if probabilities %},
    -sum(log_likelihood) / sum(actual_rows) as log_loss
    {%- endif %}
from by_label
{%- if slices %}
group by {{ slices | map(attribute='name') | join(', ') }}
{%- endif %}
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}

{# The probability that was given to the label that came true; 0 for a label that the model does not know. #}
{% macro likelihood(actual, probabilities) %}
  {%- set sql -%}
case {{ actual }}
            {%- for label, column in probabilities.items() %}
            when {{ exasol_sagemaker.label_literal(label) }} then cast({{ column }} as double)
            {%- endfor %}
            else cast(0 as double)
        end
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}
