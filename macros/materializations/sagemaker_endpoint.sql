{#
  An endpoint that serves a trained model. Its SQL is a query on an autopilot_model's relation: the newest job
  that it returns is waited for and deployed. Its relation is a table with a row per deployment.
#}
{% materialization sagemaker_endpoint, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- do exasol_sagemaker.ensure_table(
      target_relation, exasol_sagemaker.deployment_columns(), key='endpoint_config_name'
  ) -%}

  {%- if flags.EMPTY -%}
    {%- set message = 'empty, nothing deployed' -%}
  {%- else -%}
    {%- set requested = adapter.newest_row(adapter.fetch_rows(sql), by=['requested_at', 'created_at']) -%}
    {%- if not requested -%}
      {%- do exceptions.raise_compiler_error(
          'The query of ' ~ model.unique_id ~ ' returns no training job. Run the autopilot_model that it reads first.'
      ) -%}
    {%- endif -%}
    {%- set job = exasol_sagemaker.completed_job(requested['job_name']) -%}
    {%- set message = exasol_sagemaker.deploy_and_record(target_relation, job['job_name']) -%}
  {%- endif -%}

  {% call noop_statement('main', message, 'DEPLOY') -%}
    {{ sql }}
  {%- endcall %}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=False)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
