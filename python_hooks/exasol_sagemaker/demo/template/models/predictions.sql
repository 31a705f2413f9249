-- A prediction for each row that training never saw.
{{ config(materialized='table') }}

{{
    exasol_sagemaker.predict(
        udf=ref('${name}_udf'),
        input=ref('${name}_held_out'),
        key=['$key']
    )
}}
