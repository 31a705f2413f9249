{#
  Runs the transform jobs of a plan and puts what comes of them in a table's place, unless it is there already. The jobs
  are rows of a table beside it, <relation>_transform_jobs.

  batch  a plan as the adapter gives it: {plan, fingerprint, row_count, predicted_by}
  load   the adapter's verb that imports what the jobs wrote
  what   what the rows are, in words
#}
{% macro write_predictions(target_relation, existing_relation, sql, batch, load, what='rows predicted') %}
  {%- set transforms = exasol_sagemaker.side_table('transform_jobs') -%}
  {%- do exasol_sagemaker.ensure_table(
      transforms, exasol_sagemaker.transform_job_columns(), key='transform_job_name'
  ) -%}
  {%- set loaded = existing_relation is not none and not should_full_refresh()
      and exasol_sagemaker.predictions_are_loaded(transforms, target_relation, batch) -%}

  {%- if loaded -%}
    {%- call noop_statement(
        'main', 'unchanged, ' ~ batch['row_count'] ~ ' ' ~ what ~ ' by ' ~ batch['predicted_by'], 'PREDICT'
    ) -%}
      {{ sql }}
    {%- endcall -%}
  {%- else -%}
    {%- set done = adapter.run_transforms(model, batch['plan'], rerun=should_full_refresh()) -%}
    {%- do exasol_sagemaker.record_transform_jobs(transforms, done['rows']) -%}
    {%- set staging = exasol_sagemaker.side_table('transformed__dbt_tmp') -%}
    {%- set result = load(model, staging, done['plan']) -%}
    {%- call statement('main') -%}
      {{ exasol_sagemaker.replace_table_as(target_relation, result['query']) }}
    {%- endcall -%}
    {%- call statement('drop_staging') -%}
      drop table {{ staging }}
    {%- endcall -%}
    {%- do exasol_sagemaker.record_transform_jobs(transforms, done['rows'], loaded=true) -%}
    {%- do adapter.finish_batch(model, done['plan']) -%}
    {%- do log(model.name ~ ': ' ~ result['message'], info=true) -%}
  {%- endif -%}
{% endmacro %}
