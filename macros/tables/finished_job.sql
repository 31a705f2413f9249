{# The row of a job when it has ended, however it ended; the tables that have it are brought up to date. #}
{% macro finished_job(job_name) %}
  {% set job = adapter.wait_for_training(model, job_name) %}
  {% for upstream in exasol_sagemaker.upstream_relations('autopilot_model') %}
    {% do exasol_sagemaker.record_training_job(upstream, job) %}
  {% endfor %}
  {% do return(job) %}
{% endmacro %}

{# The same, and an error unless it is completed. #}
{% macro completed_job(job_name) %}
  {% set job = exasol_sagemaker.finished_job(job_name) %}
  {% do adapter.require_completed(job) %}
  {% do return(job) %}
{% endmacro %}
