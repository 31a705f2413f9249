-- The jobs whose explanations are read: a report is deleted with the rest of what a teardown finds.
select
    job_name,
    status,
    best_candidate
from {{ ref('sagemaker_jobs') }}
where best_candidate is not null and not torn_down
