{#
  The CTE `judged`: predictions beside what happened, as the slices' columns, ACTUAL, PREDICTED, and what `columns`
  adds as [{source, name}]. Rows without truth or prediction, or without what is `required`, are not judged.
#}
{% macro judged_rows(asked, columns=[], required=[], numeric=false) %}
  {%- set actual = 'truth.' ~ asked.target -%}
  {%- set sql -%}
judged as (
    select
        {%- for slice in asked.slices %}
        {{ slice.source }},
        {%- endfor %}
        {{ 'cast(' ~ actual ~ ' as double)' if numeric else actual }} as actual,
        {{ 'cast(predictions.prediction as double)' if numeric else 'predictions.prediction' }} as predicted
        {%- for column in columns %},
        {{ column.source }} as {{ column.name }}
        {%- endfor %}
    from {{ asked.predictions }} as predictions
    inner join {{ asked.truth }} as truth
        on
            {%- for key in asked.key_columns %}
            {{ 'and ' if not loop.first }}predictions.{{ key }} = truth.{{ key }}
            {%- endfor %}
    where
        {{ actual }} is not null
        and predictions.prediction is not null
        {%- for column in required %}
        and {{ column }} is not null
        {%- endfor %}
        {%- if asked.where %}
        and ({{ asked.where }})
        {%- endif %}
),
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}
