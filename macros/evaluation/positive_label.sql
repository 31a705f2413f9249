{#
  The CTE `positive` with the larger of the labels that occur, in any slice. With fewer than two it is null, for then
  nobody knows which of them was seen. Nothing if the label is given.
#}
{% macro positive_label_cte(positive_label) %}
  {%- if positive_label is not none -%}
    {%- do return('') -%}
  {%- endif -%}
  {%- set sql %}

labels as (
    select actual as label from judged
    union
    select predicted as label from judged
),

positive as (
    select case when count(*) > 1 then max(label) end as label
    from labels
),
  {%- endset -%}
  {%- do return(sql) -%}
{% endmacro %}

{# The positive label in an expression: the literal that was given, or the column of the CTE. #}
{% macro positive_label_of(positive_label) %}
  {%- if positive_label is none -%}
    {%- do return('positive.label') -%}
  {%- endif -%}
  {%- do return(exasol_sagemaker.label_literal(positive_label)) -%}
{% endmacro %}
