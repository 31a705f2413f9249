-- Deploys: the best candidate of the newest completed job, behind an endpoint.
{{ config(materialized='sagemaker_endpoint', instance_type='ml.m5.large', instance_count=1) }}

select *
from {{ ref('${name}_model') }}
