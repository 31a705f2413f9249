{{ config(materialized='table') }}

-- The key is left out: it says nothing about an applicant, and a model would learn it by heart.
select
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
    name_housing_type
from {{ ref('stg_applications') }}
where not is_held_out
