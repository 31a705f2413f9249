-- Training columns that are the key: a model would learn it by heart.
select jobs.job_name
from {{ ref('credit_risk_autopilot') }} as jobs
where upper(jobs.input_columns) like upper('%"name": "{{ var("key_column") }}"%')
