-- Jobs that were trained on the key: such a model learns it by heart.
select job_name
from {{ ref('credit_risk_autopilot') }}
where upper(input_columns) like '%SK_ID_CURR%'
