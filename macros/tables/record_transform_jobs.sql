{#
  Writes transform jobs into the table beside a batch_prediction.
  loaded: their predictions are in the database now.
#}
{% macro record_transform_jobs(relation, rows, loaded=false) %}
  {% set columns = exasol_sagemaker.transform_job_columns() %}
  {% set known = {} %}
  {% for row in adapter.fetch_rows('select ' ~ columns | map(attribute='name') | join(', ') ~ ' from ' ~ relation) %}
    {% do known.update({row['transform_job_name']: row}) %}
  {% endfor %}
  {% set now = modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')[:23] %}
  {% for row in rows %}
    {% set row = dict(row, loaded_at=now) if loaded else row %}
    {% do exasol_sagemaker.record_row(
        relation,
        columns,
        row,
        known.get(row['transform_job_name']),
        'transform_job_name = ' ~ adapter.sql_literal(row['transform_job_name'], 'varchar')
    ) %}
  {% endfor %}
{% endmacro %}

{# Whether the predictions with this fingerprint are what was loaded last, and are still there. #}
{% macro predictions_are_loaded(transforms, relation, batch) %}
  {% set newest = adapter.fetch_rows(
      'select predictions_fingerprint from ' ~ transforms
      ~ ' where loaded_at = (select max(loaded_at) from ' ~ transforms ~ ')'
  ) | first %}
  {% if not newest or newest['predictions_fingerprint'] != batch['fingerprint'] %}
    {% do return(false) %}
  {% endif %}
  {% set present = adapter.fetch_rows('select count(*) as row_count from ' ~ relation) | first %}
  {% do return(present['row_count'] | int == batch['row_count']) %}
{% endmacro %}
