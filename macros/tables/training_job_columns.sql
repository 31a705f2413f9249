{#
  Columns of an autopilot_model's table: names and Exasol types, in order. REQUESTED_AT is when a run last asked for
  the job without having asked for it just before: the newest by it is the one that the model's definition stands for,
  also after a change that was taken back.
#}
{% macro training_job_columns() %}
  {{ return(adapter.dispatch('training_job_columns', 'exasol_sagemaker')()) }}
{% endmacro %}

{% macro default__training_job_columns() %}
  {% do return([
      {'name': 'job_name', 'type': 'varchar(32)'},
      {'name': 'job_arn', 'type': 'varchar(256)'},
      {'name': 'status', 'type': 'varchar(32)'},
      {'name': 'secondary_status', 'type': 'varchar(64)'},
      {'name': 'problem_type', 'type': 'varchar(32)'},
      {'name': 'objective', 'type': 'varchar(64)'},
      {'name': 'target_column', 'type': 'varchar(128)'},
      {'name': 'best_candidate', 'type': 'varchar(128)'},
      {'name': 'objective_value', 'type': 'double'},
      {'name': 'metrics', 'type': 'varchar(2000000)'},
      {'name': 'input_columns', 'type': 'varchar(2000000)'},
      {'name': 'target_type', 'type': 'varchar(128)'},
      {'name': 'row_count', 'type': 'decimal(18,0)'},
      {'name': 'fingerprint', 'type': 'varchar(64)'},
      {'name': 'training_data_s3_uri', 'type': 'varchar(2048)'},
      {'name': 'output_s3_uri', 'type': 'varchar(2048)'},
      {'name': 'created_at', 'type': 'timestamp'},
      {'name': 'ended_at', 'type': 'timestamp'},
      {'name': 'failure_reason', 'type': 'varchar(2000)'},
      {'name': 'requested_at', 'type': 'timestamp'},
  ]) %}
{% endmacro %}
