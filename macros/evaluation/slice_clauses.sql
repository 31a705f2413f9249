{# The slices' columns as the first lines of a select. #}
{% macro slice_columns(slices) %}
  {%- set sql -%}
    {%- for slice in slices %}
        {{ slice.name }},
    {%- endfor -%}
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}

{# `group by` the slices' columns and further ones; nothing if there are none. #}
{% macro slice_grouping(slices, further=[]) %}
  {%- set names = slices | map(attribute='name') | list + further -%}
  {%- do return('\n    group by ' ~ names | join(', ') if names else '') -%}
{% endmacro %}

{# `partition by` the slices' columns; nothing if there are none. #}
{% macro slice_partition(slices) %}
  {%- do return('partition by ' ~ slices | map(attribute='name') | join(', ') if slices else '') -%}
{% endmacro %}

{#
  The logarithm of a probability, kept off 0 and 1 by a double's machine epsilon, as scikit-learn's log_loss does.
  https://scikit-learn.org/stable/modules/generated/sklearn.metrics.log_loss.html
#}
{% macro clipped_ln(probability) %}
  {%- do return('ln(greatest(least(' ~ probability ~ ', 0.9999999999999998), 2.220446049250313e-16))') -%}
{% endmacro %}
