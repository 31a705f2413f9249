-- The key is left out: it says nothing about an applicant, and a model would learn it by heart.
select
    {{ columns_except(ref('stg_applications'), [var('key_column')]) }}
from {{ ref('stg_applications') }}
where mod({{ var('key_column') }}, {{ var('holdout_every') }}) <> 0
