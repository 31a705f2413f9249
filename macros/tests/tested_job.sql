{#
  The job that a test judges: the newest one of an autopilot_model's table. It is waited for, as by any other reader, and
  its row is brought up to date. A job that has failed is an error with SageMaker's reason.
#}
{% macro tested_job(relation) %}
  {% set requested = adapter.newest_row(
      adapter.fetch_rows('select * from ' ~ relation), by=['requested_at', 'created_at']
  ) %}
  {% if not requested %}
    {% do exceptions.raise_compiler_error(
        relation ~ ' has no training job to test. Run the autopilot_model first.'
    ) %}
  {% endif %}
  {% if 'job_name' not in requested %}
    {% do exceptions.raise_compiler_error(
        relation ~ ' has no column JOB_NAME. This test belongs on an autopilot_model, or on a view of all its columns.'
    ) %}
  {% endif %}
  {% set job = exasol_sagemaker.finished_job(requested['job_name']) %}
  {% do adapter.require_completed(job) %}
  {% do return(job) %}
{% endmacro %}

{# The row of a job when it has ended, however it ended; the tables that have it are brought up to date. #}
{% macro finished_job(job_name) %}
  {% set job = adapter.wait_for_training(model, job_name) %}
  {% for upstream in exasol_sagemaker.upstream_relations('autopilot_model') %}
    {% do exasol_sagemaker.record_training_job(upstream, job) %}
  {% endfor %}
  {% do return(job) %}
{% endmacro %}
