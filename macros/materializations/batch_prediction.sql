{#
  Predictions without an endpoint, by SageMaker's Batch Transform. Its SQL is a call of batch_predict(), or of
  batch_predict_foreign() for a model that this project did not train. Its relation is the
  table of predictions. It is written anew only when rows, model or columns have changed. Transform jobs are rows of a
  table beside it, <relation>_transform_jobs.
#}
{% materialization batch_prediction, adapter='exasol_sagemaker', supported_languages=['sql'] %}
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
    {%- set call_arguments = exasol_sagemaker.batch_call(sql) -%}
    {%- if not call_arguments.get('foreign') -%}
      {%- do exasol_sagemaker.completed_job(call_arguments['job_name']) -%}
    {%- endif -%}
    {%- set batch = adapter.plan_batch(model, sql, call_arguments) -%}
    {%- do exasol_sagemaker.write_predictions(target_relation, existing_relation, sql, batch, adapter.load_batch) -%}
  {%- endif -%}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
