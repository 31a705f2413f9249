{#
  Test on an autopilot_model: its newest job is better than another by one metric, the objective if none is named. Waits for
  the jobs. In `dbt build` it stands before the endpoint: a worse model is not deployed.

  other: `last_version`, the completed job before it in the table; `deployed`, the one that the endpoints which read this model
  serve; or a ref() to another autopilot_model. Without a job to compare with the test passes.
  by: by how much it has to be better; 0 means better at all, a negative value allows it to be that much worse.

      data_tests:
        - exasol_sagemaker.better_than:
            arguments: {other: deployed, by: 0.005}
#}
{% test better_than(model, other, metric=none, by=0) %}
  {% set failures = [] %}
  {% if exasol_sagemaker.model_test_runs() %}
    {% set job = exasol_sagemaker.tested_job(model) %}
    {% for rival in exasol_sagemaker.rival_jobs(model, other, job) %}
      {% set measured = exasol_sagemaker.job_metric(job, metric) %}
      {% set rival_measured = exasol_sagemaker.job_metric(rival, measured['name']) %}
      {% set sign = -1 if adapter.lower_is_better(measured['name']) else 1 %}
      {% if sign * (measured['value'] - rival_measured['value']) <= by %}
        {% do failures.append(
            '%s %.6g is not better than %.6g of job %s (job %s)' | format(
                measured['name'], measured['value'], rival_measured['value'], rival['job_name'], job['job_name']
            ) ~ (', by %.6g' | format(by) if by)
        ) %}
      {% endif %}
    {% endfor %}
  {% endif %}
{{ exasol_sagemaker.failing_rows(failures) }}
{% endtest %}
