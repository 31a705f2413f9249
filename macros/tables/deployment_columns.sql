{# Columns of a sagemaker_endpoint's table: names and Exasol types, in order. #}
{% macro deployment_columns() %}
  {{ return(adapter.dispatch('deployment_columns', 'exasol_sagemaker')()) }}
{% endmacro %}

{% macro default__deployment_columns() %}
  {% do return([
      {'name': 'endpoint_name', 'type': 'varchar(63)'},
      {'name': 'endpoint_arn', 'type': 'varchar(256)'},
      {'name': 'status', 'type': 'varchar(32)'},
      {'name': 'job_name', 'type': 'varchar(32)'},
      {'name': 'model_name', 'type': 'varchar(63)'},
      {'name': 'endpoint_config_name', 'type': 'varchar(63)'},
      {'name': 'instance_type', 'type': 'varchar(64)'},
      {'name': 'instance_count', 'type': 'decimal(9,0)'},
      {'name': 'max_concurrency', 'type': 'decimal(9,0)'},
      {'name': 'explains', 'type': 'boolean'},
      {'name': 'problem_type', 'type': 'varchar(32)'},
      {'name': 'target_column', 'type': 'varchar(128)'},
      {'name': 'target_type', 'type': 'varchar(128)'},
      {'name': 'input_columns', 'type': 'varchar(2000000)'},
      {'name': 'response_keys', 'type': 'varchar(2000)'},
      {'name': 'deployed_at', 'type': 'timestamp'},
      {'name': 'failure_reason', 'type': 'varchar(2000)'},
      {'name': 'expires_at', 'type': 'timestamp'},
      {'name': 'rolled_back_from', 'type': 'varchar(32)'},
      {'name': 'capture_s3_uri', 'type': 'varchar(512)'},
      {'name': 'autoscaling', 'type': 'varchar(256)'},
  ]) %}
{% endmacro %}
