{{
    config(
        materialized='sagemaker_endpoint',
        instance_type=var('instance_type'),
        instance_count=1
    )
}}

select *
from {{ ref('credit_risk_autopilot') }}
