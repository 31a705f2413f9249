{#
  Test on an autopilot_model: an error of its newest job, such as RMSE or LogLoss, is not above a value. Waits for the job.

      data_tests:
        - exasol_sagemaker.metric_at_most:
            arguments: {metric: RMSE, value: 12.5}
#}
{% test metric_at_most(model, value, metric=none) %}
  {% set failures = [] %}
  {% if exasol_sagemaker.model_test_runs() %}
    {% set job = exasol_sagemaker.tested_job(model) %}
    {% set measured = exasol_sagemaker.job_metric(job, metric) %}
    {% if not adapter.lower_is_better(measured['name']) %}
      {% do exceptions.raise_compiler_error(
          'Of ' ~ measured['name'] ~ ' more is better, so at most ' ~ value ~ ' says nothing. Use metric_at_least.'
      ) %}
    {% endif %}
    {% if measured['value'] > value %}
      {% do failures.append(
          '%s %.6g > %.6g (job %s)' | format(measured['name'], measured['value'], value, job['job_name'])
      ) %}
    {% endif %}
  {% endif %}
{{ exasol_sagemaker.failing_rows(failures) }}
{% endtest %}
