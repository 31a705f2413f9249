-- The rows that the model may learn from. The others are kept back, to see how good it is.
select *
from {{ $relation }}
where
    not ($hold_out)
    and $target_sql is not null
