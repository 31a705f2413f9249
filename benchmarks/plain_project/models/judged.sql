{{ config(materialized='table') }}

select
    count(*) as row_count,
    avg(case when scored.prediction = applications.target then 1 else 0 end) as accuracy
from {{ ref('scored') }} as scored
inner join {{ ref('stg_applications') }} as applications
    on scored.sk_id_curr = applications.sk_id_curr
