-- The jobs whose candidates are listed.
select
    job_name,
    status,
    best_candidate
from {{ ref('sagemaker_jobs') }}
