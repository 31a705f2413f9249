{#
  A forecast of time series, by SageMaker's Batch Transform. Its SQL is a call of forecast(), its relation the table of
  forecasts: a row for each series and step. It is written anew only when history or model have changed. Transform jobs are
  rows of a table beside it, <relation>_transform_jobs.
#}
{% materialization forecast, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if existing_relation is not none and not existing_relation.is_table -%}
    {%- do adapter.drop_relation(existing_relation) -%}
    {%- set existing_relation = none -%}
  {%- endif -%}

  {%- if flags.EMPTY -%}
    {%- call statement('main') -%}
      {{ exasol_sagemaker.replace_table_as(target_relation, sql) }}
    {%- endcall -%}
  {%- else -%}
    {%- set call_arguments = exasol_sagemaker.forecast_call(sql) -%}
    {%- do exasol_sagemaker.completed_job(call_arguments['job_name']) -%}
    {%- set batch = adapter.plan_forecast(model, sql, call_arguments) -%}
    {%- do exasol_sagemaker.write_predictions(
        target_relation, existing_relation, sql, batch, adapter.load_forecast, what='rows forecast'
    ) -%}
  {%- endif -%}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
