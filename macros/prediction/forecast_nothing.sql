{#
  The select of forecast() without rows: for parsing, compiling before the training job exists, and --empty. Its columns
  are those that the autopilot_model's config names, as far as the project tells.
#}
{% macro forecast_nothing(trained, input) %}
  {%- set series = [] -%}
  {%- set quantiles = ['p10', 'p50', 'p90'] -%}
  {%- if execute -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | list -%}
    {%- for node in nodes if node.schema | lower == trained.schema | lower and node.alias | lower == trained.identifier | lower -%}
      {%- set behind = exasol_sagemaker.autopilot_model_behind(node) -%}
      {%- if behind -%}
        {%- set options = dict(behind.config.get('meta', {})) -%}
        {%- for name, value in behind.config.items() if value is not none -%}
          {%- do options.update({name: value}) -%}
        {%- endfor -%}
        {%- if options.get('item_id_column') and options.get('timestamp_column') -%}
          {%- do series.extend(
              [options['item_id_column']] + (options.get('grouping_columns') or []) + [options['timestamp_column']]
          ) -%}
        {%- endif -%}
        {%- if options.get('forecast_quantiles') -%}
          {%- do quantiles.clear() -%}
          {%- do quantiles.extend(options['forecast_quantiles']) -%}
        {%- endif -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set sql -%}
/* an empty stand-in for a forecast by {{ trained.schema }}.{{ trained.identifier }} */
select
    {%- for name in series %}
    {{ name }},
    {%- endfor %}
    {%- for name in quantiles + ['mean'] %}
    cast(null as double) as {{ name }},
    {%- endfor %}
    cast(null as varchar(63)) as job_name
from {{ input }}
where false
  {%- endset -%}
  {%- do return(sql | trim) -%}
{% endmacro %}
