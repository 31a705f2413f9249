{#
  A table of what SageMaker has of this project and target, found by tag: jobs, candidates, endpoints or feature importance.
  Its columns are those of the model's yml, each with a data_type. It is replaced as a whole in one statement.

  Candidates and feature importance are those of the jobs that the model's SQL returns. What belongs to a job that has ended
  does not change any more and is kept as it is; --full-refresh asks for it again.
#}
{% materialization registry_table, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}
  {%- set content = config.require('content') -%}
  {%- set columns = exasol_sagemaker.registry_columns() -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- set jobs = [] -%}
  {%- set kept = [] -%}
  {%- set rows = [] -%}
  {%- if not flags.EMPTY -%}
    {%- if content in ['candidates', 'feature_importance'] -%}
      {%- set jobs = adapter.fetch_rows(sql) -%}
      {%- set kept = exasol_sagemaker.kept_jobs(existing_relation, columns) -%}
    {%- endif -%}
    {%- set rows = adapter.registry_rows(model, content, jobs | rejectattr('job_name', 'in', kept) | list) -%}
  {%- endif -%}

  {%- if existing_relation is not none and not existing_relation.is_table -%}
    {%- do drop_relation_if_exists(existing_relation) -%}
  {%- endif -%}
  {%- set staging = make_temp_relation(target_relation).incorporate(type='table') -%}
  {%- do exasol_sagemaker.load_registry(staging, columns, rows) -%}

  {% call statement('main', auto_begin=False) -%}
    {{ exasol_sagemaker.replace_table_as(
        target_relation, exasol_sagemaker.registry_query(staging, target_relation, columns, jobs, kept)
    ) }}
  {%- endcall %}
  {%- do drop_relation_if_exists(staging) -%}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=True)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
