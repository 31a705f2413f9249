{#
  Post-hook: trains a model on the relation that was just built, or on a query. The jobs are listed in a table beside
  it, <relation>_autopilot_jobs, with the columns of an autopilot_model.

      post_hook="{{ exasol_sagemaker.train_autopilot(target_column='TARGET') }}"
#}
{% macro train_autopilot(
    target_column,
    problem_type=none,
    objective=none,
    mode=none,
    max_candidates=none,
    max_runtime_seconds=none,
    max_runtime_per_training_job_seconds=none,
    algorithms=none,
    validation_fraction=none,
    sample_weight_column=none,
    features=none,
    feature_types=none,
    item_id_column=none,
    timestamp_column=none,
    grouping_columns=none,
    forecast_horizon=none,
    forecast_frequency=none,
    forecast_quantiles=none,
    holidays_country=none,
    filling=none,
    aggregation=none,
    output_kms_key=none,
    volume_kms_key=none,
    encrypt_traffic=none,
    security_groups=none,
    subnets=none,
    emr_serverless_role_arn=none,
    retrain=none,
    aws_tags=none,
    wait=false,
    query=none,
    validation=none
) %}
  {%- if exasol_sagemaker.hook_runs() -%}
    {%- set options = {
        'target_column': target_column,
        'problem_type': problem_type,
        'objective': objective,
        'mode': mode,
        'max_candidates': max_candidates,
        'max_runtime_seconds': max_runtime_seconds,
        'max_runtime_per_training_job_seconds': max_runtime_per_training_job_seconds,
        'algorithms': algorithms,
        'validation_fraction': validation_fraction,
        'sample_weight_column': sample_weight_column,
        'features': features,
        'feature_types': feature_types,
        'item_id_column': item_id_column,
        'timestamp_column': timestamp_column,
        'grouping_columns': grouping_columns,
        'forecast_horizon': forecast_horizon,
        'forecast_frequency': forecast_frequency,
        'forecast_quantiles': forecast_quantiles,
        'holidays_country': holidays_country,
        'filling': filling,
        'aggregation': aggregation,
        'output_kms_key': output_kms_key,
        'volume_kms_key': volume_kms_key,
        'encrypt_traffic': encrypt_traffic,
        'security_groups': security_groups,
        'subnets': subnets,
        'emr_serverless_role_arn': emr_serverless_role_arn,
        'retrain': retrain,
        'aws_tags': aws_tags,
        'wait': wait,
    } -%}
    {%- set jobs = exasol_sagemaker.side_table('autopilot_jobs') -%}
    {%- do exasol_sagemaker.ensure_table(jobs, exasol_sagemaker.training_job_columns(), key='job_name') -%}
    {%- set training = adapter.start_training(
        model,
        query or 'select * from ' ~ this,
        retrain=should_full_refresh(),
        config=options,
        validation=exasol_sagemaker.as_query(validation) if validation else none
    ) -%}
    {%- do exasol_sagemaker.record_training_job(jobs, training['row'], requested=true) -%}
    {%- do log(model.name ~ ': ' ~ training['message'], info=true) -%}
    {%- if training['wait'] -%}
      {%- set finished = adapter.wait_for_training(model, training['row']['job_name']) -%}
      {%- do exasol_sagemaker.record_training_job(jobs, finished) -%}
      {%- do adapter.require_completed(finished) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
