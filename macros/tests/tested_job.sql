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
  {% do return(exasol_sagemaker.completed_job(requested['job_name'])) %}
{% endmacro %}
