{{ config(materialized='table') }}

select
    name_education_type,
    count(*) as row_count
from {{ source('credit', 'applications') }}
group by name_education_type
