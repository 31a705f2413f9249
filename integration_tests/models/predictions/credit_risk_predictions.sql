{{
    config(
        materialized='incremental',
        unique_key=var('key_column')
    )
}}

{{
    exasol_sagemaker.predict(
        udf=ref('credit_risk_predict'),
        input=ref('stg_applications'),
        key=[var('key_column')],
        where='mod(' ~ var('key_column') ~ ', ' ~ var('holdout_every') ~ ') = 0'
    )
}}
