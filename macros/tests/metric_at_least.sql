{#
  Test on an autopilot_model: a metric of its newest job, the objective if none is named, is not below a value. Waits for
  the job. For errors, of which less is better, see metric_at_most.

      data_tests:
        - exasol_sagemaker.metric_at_least:
            arguments: {metric: AUC, value: 0.75}
#}
{% test metric_at_least(model, value, metric=none) %}
  {% set failures = [] %}
  {% if exasol_sagemaker.model_test_runs() %}
    {% set job = exasol_sagemaker.tested_job(model) %}
    {% set measured = exasol_sagemaker.job_metric(job, metric) %}
    {% if adapter.lower_is_better(measured['name']) %}
      {% do exceptions.raise_compiler_error(
          'Of ' ~ measured['name'] ~ ' less is better, so at least ' ~ value ~ ' says nothing. Use metric_at_most.'
      ) %}
    {% endif %}
    {% if measured['value'] < value %}
      {% do failures.append(
          '%s %.6g < %.6g (job %s)' | format(measured['name'], measured['value'], value, job['job_name'])
      ) %}
    {% endif %}
  {% endif %}
{{ exasol_sagemaker.failing_rows(failures) }}
{% endtest %}
