-- A model that ranks no better than chance on rows that training never saw.
select
    job_name,
    auc
from {{ ref('credit_risk_evaluation') }}
where auc is null or auc <= 0.5
