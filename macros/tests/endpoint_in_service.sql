{#
  Test on a sagemaker_endpoint: its endpoint is in service and serves the job that its newest deployment says which did
  not fail. An endpoint that is being created or updated is waited for. What is found is written into its table.

      data_tests:
        - exasol_sagemaker.endpoint_in_service
#}
{% test endpoint_in_service(model) %}
  {% set failures = [] %}
  {% if exasol_sagemaker.model_test_runs() %}
    {% set deployed = exasol_sagemaker.serving_deployment(model) %}
    {% if not deployed %}
      {% do failures.append('nothing is deployed') %}
    {% else %}
      {% set failure = exasol_sagemaker.endpoint_failure(deployed) %}
      {% if failure %}
        {% do failures.append('endpoint ' ~ deployed['endpoint_name'] ~ ' ' ~ failure) %}
      {% endif %}
    {% endif %}
  {% endif %}
{{ exasol_sagemaker.failing_rows(failures) }}
{% endtest %}

{# What is wrong with the endpoint of a deployment; an empty text if nothing is. #}
{% macro endpoint_failure(deployed) %}
  {% set found = adapter.settled_endpoint(model, deployed['endpoint_name']) %}
  {% if not found['exists'] %}
    {% do return('is gone') %}
  {% endif %}
  {% set row = found['row'] %}
  {% for upstream in exasol_sagemaker.upstream_relations('sagemaker_endpoint') %}
    {% do exasol_sagemaker.record_deployment(upstream, exasol_sagemaker.known_deployments(upstream), row) %}
  {% endfor %}
  {% if row['status'] != 'InService' %}
    {% do return('is ' ~ row['status'] ~ (', ' ~ row['failure_reason'] if row['failure_reason'] else '')) %}
  {% elif row['job_name'] != deployed['job_name'] %}
    {% do return('serves job ' ~ row['job_name'] ~ ', deployed was ' ~ deployed['job_name']) %}
  {% endif %}
  {% do return('') %}
{% endmacro %}

{# The newest row of a sagemaker_endpoint's table that is no failed deployment: what the endpoint should serve. #}
{% macro serving_deployment(relation) %}
  {% do return(adapter.newest_row(
      adapter.fetch_rows('select * from ' ~ relation ~ " where status <> 'Failed'"), by=['deployed_at']
  )) %}
{% endmacro %}
