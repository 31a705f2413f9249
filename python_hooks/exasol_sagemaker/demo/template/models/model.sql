-- Trains: these rows go to S3, and SageMaker Autopilot searches for the model that predicts $target best.
{{
    config(
        materialized='autopilot_model',
        target_column='$target',
        problem_type='$problem_type',
        objective='$objective',
        max_candidates=$max_candidates,
        max_runtime_seconds=$max_runtime_seconds
    )
}}

select
$training_columns
from {{ ref('${name}_training') }}
