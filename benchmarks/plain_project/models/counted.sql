{{ config(materialized='table') }}

select sum(row_count) as row_count
from {{ ref('families') }}
