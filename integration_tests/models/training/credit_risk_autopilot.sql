{{
    config(
        materialized='autopilot_model',
        target_column='target',
        problem_type='BinaryClassification',
        objective='AUC',
        max_candidates=var('max_candidates'),
        max_runtime_seconds=var('max_runtime_seconds')
    )
}}

select *
from {{ ref('credit_risk_training') }}
