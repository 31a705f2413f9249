{#
  Numbers, in double arithmetic throughout. The spread of the truth is summed around its mean, for the difference of
  two large sums would lose the digits that count.
#}
{% macro evaluate_regression(asked) %}
  {%- set slices = asked.slices -%}
  {%- set columns = exasol_sagemaker.slice_columns(slices) -%}
  {%- set sql -%}
with

{{ exasol_sagemaker.judged_rows(asked, numeric=true) }}

centred as (
    select
        {{- columns }}
        actual,
        predicted - actual as residual,
        actual - avg(actual) over ({{ exasol_sagemaker.slice_partition(slices) }}) as deviation
    from judged
),

totals as (
    select
        {{- columns }}
        cast(count(*) as double) as row_count,
        sum(residual * residual) as residual_squares,
        sum(deviation * deviation) as total_squares,
        sum(abs(residual)) as absolute_errors,
        sum(abs(residual) / greatest(abs(actual), 2.220446049250313e-16)) as relative_errors,
        min(actual) as smallest,
        max(actual) as largest
    from centred
    {{- exasol_sagemaker.slice_grouping(slices) }}
)

select
    {%- for slice in slices %}
    {{ slice.name }},
    {%- endfor %}
    cast(row_count as decimal(18, 0)) as row_count,
    sqrt(residual_squares / nullif(row_count, 0)) as rmse,
    absolute_errors / nullif(row_count, 0) as mae,
    relative_errors / nullif(row_count, 0) as mape,
    case
        when row_count < 2 then null
        when smallest < largest then 1 - residual_squares / nullif(total_squares, 0)
        when residual_squares = 0 then 1
        else 0
    end as r2
from totals
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
