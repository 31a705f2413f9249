-- Makes the endpoint a function of the database.
{{ config(materialized='prediction_udf') }}

select *
from {{ ref('${name}_endpoint') }}
