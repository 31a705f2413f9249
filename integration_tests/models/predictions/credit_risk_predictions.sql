{{
    config(
        materialized='incremental',
        unique_key='sk_id_curr'
    )
}}

{{
    exasol_sagemaker.predict(
        udf=ref('credit_risk_predict'),
        input=ref('stg_applications'),
        key='sk_id_curr',
        where='is_held_out'
    )
}}
