{#
  Writes a job into an autopilot_model's table.
  requested: the model's own run asks for this job, so from now on it is the newest one. Else only a job that
  the table knows is refreshed, and none that this run has written just so.
#}
{% macro record_training_job(relation, row, requested=false) %}
  {% if not requested and adapter.is_written(relation, row['job_name'], row) %}
    {% do return(none) %}
  {% endif %}
  {% set columns = exasol_sagemaker.training_job_columns() %}
  {% set where = 'job_name = ' ~ adapter.sql_literal(row['job_name'], 'varchar') %}
  {% set known = adapter.fetch_rows(
      'select ' ~ columns | map(attribute='name') | join(', ') ~ ' from ' ~ relation ~ ' where ' ~ where
      ~ (' or requested_at = (select max(requested_at) from ' ~ relation ~ ')' if requested else '')
  ) %}
  {% set existing = known | selectattr('job_name', 'equalto', row['job_name']) | first %}
  {% set written = dict(row) %}
  {% if requested %}
    {% set newest = adapter.newest_row(known, by=['requested_at']) %}
    {% if not newest or newest['job_name'] != row['job_name'] %}
      {% set now = modules.datetime.datetime.now(modules.pytz.utc) %}
      {% do written.update({'requested_at': now.strftime('%Y-%m-%d %H:%M:%S.%f')[:23]}) %}
    {% endif %}
  {% endif %}
  {% if requested or existing %}
    {% do exasol_sagemaker.record_row(relation, columns, written, existing, where) %}
    {% do adapter.row_written(relation, row['job_name'], row) %}
  {% endif %}
{% endmacro %}
