{#
  What a training job takes and gives, from an autopilot_model's table or a view on it: the job of that name, else the
  newest. None if there is no such table or row.
#}
{% macro described_training(trained, job=none) %}
  {% set present = exasol_sagemaker.column_types(trained) | map(attribute='name') | map('lower') | list %}
  {% if not present %}
    {% do return(none) %}
  {% endif %}
  {% set wanted = ['job_name', 'problem_type', 'target_type', 'input_columns'] %}
  {% for name in wanted if name not in present %}
    {% do exceptions.raise_compiler_error(
        'batch_predict(): ' ~ trained.schema ~ '.' ~ trained.identifier ~ ' has no column ' ~ name | upper
        ~ '. Name an autopilot_model, or a view that selects all columns of one.'
    ) %}
  {% endfor %}
  {% set further = ['target_column', 'requested_at', 'created_at'] | select('in', present) | list %}
  {% set row = adapter.newest_row(
      adapter.fetch_rows(
          'select ' ~ (wanted + further) | join(', ') ~ ' from ' ~ trained
          ~ (' where job_name = ' ~ adapter.sql_literal(job, 'varchar') if job else '')
      ),
      by=['requested_at', 'created_at']
  ) %}
  {% if not row or not row['input_columns'] %}
    {% do return(none) %}
  {% endif %}
  {% set regression = row['problem_type'] == 'Regression' %}
  {% set results = [{'name': 'PREDICTION', 'type': 'double' if regression else row['target_type']}] %}
  {% if not regression %}
    {% do results.append({'name': 'PROBABILITY', 'type': 'double'}) %}
  {% endif %}
  {% do return({
      'job_name': row['job_name'],
      'problem_type': row['problem_type'],
      'target_column': row.get('target_column'),
      'input_columns': fromjson(row['input_columns']),
      'result_columns': results,
  }) %}
{% endmacro %}
