{#
  Whether probabilities mean what they say: rows in bins of equal width by probability, and how many came true in each.

  Arguments:
    predictions, truth, target, key, positive_label, by, where   as in evaluate(), for two labels
    bins                                                         number of bins between 0 and 1

  →  by columns, bin (1 to bins), lower_bound, upper_bound, row_count, positives, mean_probability, positive_share

  A bin holds its upper bound but not its lower one (the first one holds both), as in scikit-learn's calibration_curve;
  bins without rows are left out.
#}
{% macro calibration(
    predictions, truth, target, key, bins=10, positive_label=none, by=none, where=none
) %}
  {{ return(adapter.dispatch('calibration', 'exasol_sagemaker')(
      predictions, truth, target, key, bins, positive_label, by, where
  )) }}
{% endmacro %}

{% macro default__calibration(
    predictions, truth, target, key, bins=10, positive_label=none, by=none, where=none
) %}
  {%- if bins is not integer or bins < 1 -%}
    {%- do exceptions.raise_compiler_error('calibration(): bins is a whole number, 1 or more, not ' ~ bins ~ '.') -%}
  {%- endif -%}
  {%- set slices = exasol_sagemaker.evaluation_slices('calibration', by, key) -%}
  {%- set asked = {
      'predictions': predictions, 'truth': truth, 'target': target, 'where': where,
      'key_columns': exasol_sagemaker.evaluation_keys('calibration', key), 'slices': slices,
  } -%}
  {%- set positive = exasol_sagemaker.positive_label_of(positive_label) -%}
  {%- set sql -%}
with

{{ exasol_sagemaker.judged_rows(
    asked,
    [{'source': 'cast(predictions.probability as double)', 'name': 'probability'}],
    ['predictions.probability']
) }}
{{- exasol_sagemaker.positive_label_cte(positive_label) }}

binned as (
    select
        {{- exasol_sagemaker.slice_columns(slices) }}
        probability,
        case when actual = {{ positive }} then 1 when actual <> {{ positive }} then 0 end as is_positive,
        case
            {%- for edge in range(1, bins) %}
            when probability <= cast({{ edge * (1 / bins) }} as double) then {{ edge }}
            {%- endfor %}
            else {{ bins }}
        end as bin
    from judged
    {%- if positive_label is none %}
    cross join positive
    {%- endif %}
)

select
    {%- for slice in slices %}
    {{ slice.name }},
    {%- endfor %}
    bin,
    cast(bin - 1 as double) / {{ bins }} as lower_bound,
    cast(bin as double) / {{ bins }} as upper_bound,
    count(*) as row_count,
    sum(is_positive) as positives,
    avg(probability) as mean_probability,
    avg(cast(is_positive as double)) as positive_share
from binned
group by {{ (slices | map(attribute='name') | list + ['bin']) | join(', ') }}
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
