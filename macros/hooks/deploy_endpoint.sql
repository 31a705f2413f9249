{#
  Post-hook, after train_autopilot on the same model: waits for its newest job and deploys it. The deployments are
  listed in a table beside the model, <relation>_endpoints, with the columns of a sagemaker_endpoint.

      post_hook=[
        "{{ exasol_sagemaker.train_autopilot(target_column='TARGET') }}",
        "{{ exasol_sagemaker.deploy_endpoint(instance_type='ml.m5.large') }}",
      ]
#}
{% macro deploy_endpoint(
    instance_type='ml.m5.large',
    instance_count=1,
    endpoint_name=none,
    aws_tags=none,
    explainer=none,
    serverless=none,
    data_capture=none,
    autoscaling=none,
    ttl=none,
    volume_kms_key=none,
    security_groups=none,
    subnets=none
) %}
  {%- if exasol_sagemaker.hook_runs() -%}
    {%- set options = {
        'instance_type': instance_type,
        'instance_count': instance_count,
        'endpoint_name': endpoint_name,
        'aws_tags': aws_tags,
        'explainer': explainer,
        'serverless': serverless,
        'data_capture': data_capture,
        'autoscaling': autoscaling,
        'ttl': ttl,
        'volume_kms_key': volume_kms_key,
        'security_groups': security_groups,
        'subnets': subnets,
    } -%}
    {%- set jobs = exasol_sagemaker.side_table('autopilot_jobs') -%}
    {%- if load_cached_relation(jobs) is none -%}
      {%- do exceptions.raise_compiler_error(
          'deploy_endpoint(): there is no table ' ~ jobs ~ ' of training jobs. Put the hook train_autopilot before it.'
      ) -%}
    {%- endif -%}
    {%- set requested = adapter.newest_row(
        adapter.fetch_rows('select job_name, requested_at from ' ~ jobs), by=['requested_at']
    ) -%}
    {%- if not requested -%}
      {%- do exceptions.raise_compiler_error(
          'deploy_endpoint(): ' ~ jobs ~ ' lists no job. Put the hook train_autopilot before it.'
      ) -%}
    {%- endif -%}
    {%- set job = adapter.wait_for_training(model, requested['job_name']) -%}
    {%- do exasol_sagemaker.record_training_job(jobs, job) -%}
    {%- do adapter.require_completed(job) -%}
    {%- set endpoints = exasol_sagemaker.side_table('endpoints') -%}
    {%- do exasol_sagemaker.ensure_table(endpoints, exasol_sagemaker.deployment_columns(), key='endpoint_config_name') -%}
    {%- set message = exasol_sagemaker.deploy_and_record(endpoints, job['job_name'], options) -%}
    {%- do log(model.name ~ ': ' ~ message, info=true) -%}
  {%- endif -%}
{% endmacro %}
