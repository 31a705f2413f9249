-- Held-out applications without a prediction.
select applications.{{ var('key_column') }}
from {{ ref('stg_applications') }} as applications
left join {{ ref('credit_risk_predictions') }} as predictions
    on applications.{{ var('key_column') }} = predictions.{{ var('key_column') }}
where
    mod(applications.{{ var('key_column') }}, {{ var('holdout_every') }}) = 0
    and predictions.{{ var('key_column') }} is null
