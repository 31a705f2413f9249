{#
  Common table expressions, the last of which is `shares`: for each bin of a column its share of the reference's and of
  the current rows, and how many rows those have.
  tiles: number of bins with equal shares of the reference; none if each value is a bin.
#}
{% macro distribution_bins(reference, current, column, tiles=none) %}
  {%- if tiles %}
tiled as (
    select
        tested_value,
        ntile({{ tiles }}) over (
            order by tested_value
        ) as tile
    from (
        select cast({{ column }} as double) as tested_value
        from {{ reference }}
        where {{ column }} is not null
    )
),
borders as (
    select distinct max(tested_value) as upper_bound
    from tiled
    group by tile
),
edges as (
    select
        lag(upper_bound) over (
            order by upper_bound
        ) as lower_bound,
        case
            when upper_bound < max(upper_bound) over () then upper_bound
        end as upper_bound
    from borders
),
bins as (
    select
        case
            when lower_bound is null and upper_bound is null then 'all values'
            when lower_bound is null then 'values up to ' || upper_bound
            when upper_bound is null then 'values above ' || lower_bound
            else 'values above ' || lower_bound || ' up to ' || upper_bound
        end as bin,
        coalesce(lower_bound, -1.7e308) as lower_bound,
        coalesce(upper_bound, 1.7e308) as upper_bound
    from edges
    union all
    select
        'NULL' as bin,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound
    from dual
),
  {%- endif %}
  {%- for name, relation in [('reference', reference), ('current', current)] %}
{{ name }}_counts as (
    {%- if tiles %}
    select
        bins.bin,
        count(*) as row_count
    from (
        select cast({{ column }} as double) as tested_value
        from {{ relation }}
    ) as tested
    inner join bins
        on (tested.tested_value > bins.lower_bound and tested.tested_value <= bins.upper_bound)
            or (tested.tested_value is null and bins.lower_bound is null)
    group by bins.bin
    {%- else %}
    select
        bin,
        count(*) as row_count
    from (
        select nvl2({{ column }}, 'value ' || cast({{ column }} as varchar(2000)), 'NULL') as bin
        from {{ relation }}
    )
    group by bin
    {%- endif %}
),
  {%- endfor %}
totals as (
    select
        (select coalesce(sum(row_count), 0) from reference_counts) as reference_rows,
        (select coalesce(sum(row_count), 0) from current_counts) as current_rows
    from dual
),
shares as (
    select
        coalesce(reference_counts.bin, current_counts.bin) as bin,
        totals.reference_rows,
        totals.current_rows,
        coalesce(reference_counts.row_count, 0) / nullifzero(totals.reference_rows) as reference_share,
        coalesce(current_counts.row_count, 0) / nullifzero(totals.current_rows) as current_share
    from reference_counts
    full outer join current_counts
        on reference_counts.bin = current_counts.bin
    cross join totals
)
{%- endmacro %}
