{#
  A model that is trained by SageMaker Autopilot. Its SQL is the training query, its relation a table with
  a row per training job. The job is started, or found if there is one with the same input, and not waited
  for unless the config says `wait: true`: whoever needs the finished model waits.
#}
{% materialization autopilot_model, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- do exasol_sagemaker.ensure_table(target_relation, exasol_sagemaker.training_job_columns(), key='job_name') -%}

  {%- if flags.EMPTY -%}
    {%- set message = 'empty, nothing trained' -%}
  {%- else -%}
    {%- if existing_relation is none -%}
      {%- do exasol_sagemaker.restore_training_jobs(target_relation) -%}
    {%- endif -%}
    {%- set training = adapter.start_training(
        model, sql, retrain=should_full_refresh(), validation=exasol_sagemaker.validation_query(sql)
    ) -%}
    {%- set message = training['message'] -%}
    {%- do exasol_sagemaker.record_training_job(target_relation, training['row'], requested=true) -%}
    {%- if training['wait'] -%}
      {%- set finished = adapter.wait_for_training(model, training['row']['job_name']) -%}
      {%- do exasol_sagemaker.record_training_job(target_relation, finished) -%}
      {%- do adapter.require_completed(finished) -%}
      {%- set message = 'job ' ~ finished['job_name'] ~ ', ' ~ finished['status'] -%}
    {%- endif -%}
  {%- endif -%}

  {% call noop_statement('main', message, 'TRAIN') -%}
    {{ sql }}
  {%- endcall %}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=False)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
