-- The rows that training never sees.
select *
from {{ $relation }}
where $hold_out
