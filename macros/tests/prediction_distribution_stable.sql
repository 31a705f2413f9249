{#
  Test on a table of predictions: its column is distributed as in a reference, say the predictions of last month or
  those on the training data. The measure is the population stability index, the sum over bins of
  (share - reference share) * ln(share / reference share). Up to 0.1 nothing has changed, from 0.25 on much has (Siddiqi, Credit
  Risk Scorecards, 2006).

  reference: ref() to the table to compare with.
  column: PREDICTION or PROBABILITY or any other; numbers fall into bins with equal shares of the reference, other values
    are bins themselves, and NULL is a bin.
  threshold: the largest index that is not a failure. bins: their number. smallest_share: what an empty bin counts as.

      data_tests:
        - exasol_sagemaker.prediction_distribution_stable:
            arguments: {reference: ref('predictions_of_january'), column: probability}
#}
{% test prediction_distribution_stable(
    model, reference, column='prediction', threshold=0.25, bins=10, smallest_share=0.0001
) %}
  {%- if not exasol_sagemaker.model_test_runs() %}
{{ exasol_sagemaker.failing_rows([]) }}
  {%- else %}
    {%- set kind = adapter.query_columns('select ' ~ column ~ ' from ' ~ reference) | map(attribute='type') | first %}
    {%- set numeric = kind.startswith('DECIMAL') or kind.startswith('DOUBLE') %}
    {%- set tiles = bins if numeric else none %}
with
{{ exasol_sagemaker.distribution_bins(reference, model, column, tiles) }},
measured as (
    select
        bin,
        reference_share,
        current_share,
        reference_rows,
        current_rows,
        (greatest(current_share, {{ smallest_share }}) - greatest(reference_share, {{ smallest_share }}))
        * ln(greatest(current_share, {{ smallest_share }}) / greatest(reference_share, {{ smallest_share }})) as part
    from shares
),
summed as (
    select
        sum(part) as stability_index,
        max(reference_rows) as reference_rows,
        max(current_rows) as current_rows
    from measured
),
worst as (
    select
        bin,
        reference_share,
        current_share
    from measured
    order by
        part desc,
        bin asc
    limit 1
)
select
    summed.stability_index,
    summed.reference_rows,
    summed.current_rows,
    case
        when coalesce(summed.reference_rows, 0) = 0 then 'the reference has no rows'
        when summed.current_rows = 0 then 'there are no predictions'
        else
            '{{ column | upper }}: stability index ' || cast(cast(summed.stability_index as decimal(18, 4)) as varchar(30))
            || ' > {{ threshold }}, most of it by ' || worst.bin
            || ', ' || cast(cast(100 * worst.reference_share as decimal(9, 2)) as varchar(30)) || ' % in the reference, '
            || cast(cast(100 * worst.current_share as decimal(9, 2)) as varchar(30)) || ' % now'
    end as failure
from summed
left join worst
    on 1 = 1
where coalesce(summed.reference_rows, 0) = 0
    or summed.current_rows = 0
    or summed.stability_index > {{ threshold }}
  {%- endif %}
{% endtest %}
