{#
  Deletes S3 objects of this target's old training and transform jobs: those whose youngest object is older than
  `older_than`, unless the job runs, a SageMaker model is made of them, it is among the `keep_newest` newest completed
  ones of its model, or a table refers to it: as the current job of an autopilot_model, as a deployment that could be
  rolled back to, or as a transform job. Also deletes captured data, and aborts unfinished uploads, of that age.

      dbt run-operation exasol_sagemaker.collect_garbage --args '{older_than: 30 days, dry_run: true}'
#}
{% macro collect_garbage(older_than='30 days', keep_newest=2, dry_run=false) %}
  {% if execute %}
    {% set keep = [] %}
    {% set naming_jobs = ['FINGERPRINT', 'ENDPOINT_CONFIG_NAME', 'TRANSFORM_JOB_NAME'] %}
    {% for object in exasol_sagemaker.own_objects() if object.get('mark') in naming_jobs %}
      {% set statement_text %}
        {%- if object['mark'] == 'FINGERPRINT' -%}
          select job_name
          from {{ object['sql_name'] }}
          where requested_at = (select max(requested_at) from {{ object['sql_name'] }})
        {%- elif object['mark'] == 'ENDPOINT_CONFIG_NAME' -%}
          select job_name
          from {{ object['sql_name'] }}
          where status <> 'Failed'
        {%- else -%}
          select transform_job_name as job_name
          from {{ object['sql_name'] }}
        {%- endif -%}
      {% endset %}
      {% do keep.extend(adapter.fetch_rows(statement_text) | map(attribute='job_name')) %}
    {% endfor %}
    {% set found = adapter.collect_garbage(older_than, keep=keep, keep_newest=keep_newest, dry_run=dry_run) %}
    {% for piece in found %}
      {% do log(piece['message'], info=true) %}
    {% endfor %}
    {% if not found %}
      {% do log('There is no garbage.', info=true) %}
    {% endif %}
  {% endif %}
{% endmacro %}
