{{ config(materialized='table') }}

select
    name_income_type,
    count(*) as row_count
from {{ source('credit', 'applications') }}
group by name_income_type
