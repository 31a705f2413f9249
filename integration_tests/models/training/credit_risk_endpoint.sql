{{
    config(
        materialized='sagemaker_endpoint',
        instance_type=none if var('serverless') else var('instance_type'),
        serverless=var('serverless')
    )
}}

select *
from {{ ref('credit_risk_autopilot') }}
