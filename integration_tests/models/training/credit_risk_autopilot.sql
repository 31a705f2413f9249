{{
    config(
        materialized='autopilot_model',
        target_column=var('target_column'),
        problem_type=var('problem_type'),
        objective=var('objective'),
        max_candidates=var('max_candidates'),
        max_runtime_seconds=var('max_runtime_seconds')
    )
}}

select *
from {{ ref('credit_risk_training') }}
