{#
  Columns of the table of transform jobs beside a batch_prediction: names and Exasol types, in order. LOADED_AT is when
  the predictions of PREDICTIONS_FINGERPRINT came into the database: what the newest of them says is there already.
#}
{% macro transform_job_columns() %}
  {{ return(adapter.dispatch('transform_job_columns', 'exasol_sagemaker')()) }}
{% endmacro %}

{% macro default__transform_job_columns() %}
  {% do return([
      {'name': 'transform_job_name', 'type': 'varchar(63)'},
      {'name': 'transform_job_arn', 'type': 'varchar(256)'},
      {'name': 'status', 'type': 'varchar(32)'},
      {'name': 'job_name', 'type': 'varchar(32)'},
      {'name': 'model_name', 'type': 'varchar(63)'},
      {'name': 'instance_type', 'type': 'varchar(64)'},
      {'name': 'instance_count', 'type': 'decimal(9,0)'},
      {'name': 'chunk', 'type': 'decimal(9,0)'},
      {'name': 'row_count', 'type': 'decimal(18,0)'},
      {'name': 'fingerprint', 'type': 'varchar(64)'},
      {'name': 'predictions_fingerprint', 'type': 'varchar(64)'},
      {'name': 'created_at', 'type': 'timestamp'},
      {'name': 'ended_at', 'type': 'timestamp'},
      {'name': 'failure_reason', 'type': 'varchar(2000)'},
      {'name': 'loaded_at', 'type': 'timestamp'},
  ]) %}
{% endmacro %}
