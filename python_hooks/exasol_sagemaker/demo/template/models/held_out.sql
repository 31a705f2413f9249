-- The rows that training never sees: $hold_out_words.
select *
from {{ $relation }}
where $hold_out
