-- The rows that the model may learn from; the others are kept back to see how good it is ($hold_out_words).
select *
from {{ $relation }}
where
    not ($hold_out)
    and "$target" is not null
