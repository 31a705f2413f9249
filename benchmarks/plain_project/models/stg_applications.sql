{{ config(materialized='view') }}

select
    sk_id_curr,
    target,
    code_gender,
    flag_own_car,
    flag_own_realty,
    flag_mobil,
    flag_email,
    cnt_children,
    amt_income_total,
    amt_credit,
    amt_annuity,
    amt_goods_price,
    name_income_type,
    name_education_type,
    name_family_status,
    name_housing_type,
    case when mod(sk_id_curr, {{ var('holdout_every') }}) = 0 then true else false end as is_held_out
from {{ source('credit', 'applications') }}
