{{ config(materialized='table') }}

select count(*) as row_count
from {{ ref('deployed') }}
