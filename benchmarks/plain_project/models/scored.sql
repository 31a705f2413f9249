{{
    config(
        materialized='incremental',
        unique_key='sk_id_curr'
    )
}}

-- Reads {{ ref('invoked') }} for the lineage.
select
    applications.sk_id_curr,
    applications.target as prediction,
    applications.amt_credit as probability
from {{ ref('stg_applications') }} as applications
where
    applications.is_held_out
    {% if is_incremental() %}
    and not exists (
        select 1
        from {{ this }} as earlier
        where earlier.sk_id_curr = applications.sk_id_curr
    )
    {% endif %}
