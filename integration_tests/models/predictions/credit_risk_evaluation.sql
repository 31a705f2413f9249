-- The area under the ROC curve is the probability that a row of the positive class ranks above one of the
-- other: the Mann-Whitney statistic of the ranks, where equal scores share the mean of their ranks.
with

scored as (
    select
        cast(applications.target as varchar(2000)) as truth,
        cast(predictions.prediction as varchar(2000)) as prediction,
        predictions.probability,
        predictions.job_name
    from {{ ref('credit_risk_predictions') }} as predictions
    inner join {{ ref('stg_applications') }} as applications
        on predictions.sk_id_curr = applications.sk_id_curr
),

positive as (
    select max(truth) as label
    from scored
),

ranked as (
    select
        scored.job_name,
        case when scored.truth = positive.label then 1 else 0 end as is_positive,
        case when scored.truth = scored.prediction then 1 else 0 end as is_right,
        rank() over (order by scored.probability)
        + (count(*) over (partition by scored.probability) - 1) / 2.0 as score_rank
    from scored
    cross join positive
),

summed as (
    select
        max(job_name) as job_name,
        count(*) as row_count,
        sum(is_positive) as positives,
        count(*) - sum(is_positive) as negatives,
        sum(is_right) as right_ones,
        sum(is_positive * score_rank) as positive_ranks
    from ranked
)

select
    job_name,
    row_count,
    positives,
    cast(right_ones as double) / nullif(row_count, 0) as accuracy,
    (cast(positive_ranks as double) - cast(positives as double) * (positives + 1) / 2)
    / nullif(cast(positives as double) * negatives, 0) as auc
from summed
