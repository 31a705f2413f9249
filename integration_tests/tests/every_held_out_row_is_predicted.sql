-- Held-out applications without a prediction.
select applications.sk_id_curr
from {{ ref('stg_applications') }} as applications
left join {{ ref('credit_risk_predictions') }} as predictions
    on applications.sk_id_curr = predictions.sk_id_curr
where
    applications.is_held_out
    and predictions.sk_id_curr is null
