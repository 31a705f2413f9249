{{ config(materialized='prediction_udf') }}

select *
from {{ ref('credit_risk_endpoint') }}
