select
    applications.*
from {{ source('credit', 'applications') }} as applications
