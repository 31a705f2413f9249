{{ config(materialized='table') }}

select
    name_family_status,
    count(*) as row_count
from {{ source('credit', 'applications') }}
group by name_family_status
