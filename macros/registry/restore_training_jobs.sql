{#
  Puts the jobs that this node has started before into its new table, from SageMaker: the table was dropped, or it is
  another database. As REQUESTED_AT they have when they were created.
#}
{% macro restore_training_jobs(relation) %}
  {% set columns = exasol_sagemaker.training_job_columns() %}
  {% set known = adapter.fetch_rows('select job_name from ' ~ relation) | map(attribute='job_name') | list %}
  {% set rows = [] %}
  {% for row in adapter.jobs_of_node(model) if row['job_name'] not in known %}
    {% do rows.append(dict(row, requested_at=row['created_at'])) %}
  {% endfor %}
  {% for values in adapter.value_lists(rows, columns) %}
    {% call statement('restore_rows', auto_begin=False) -%}
      insert into {{ relation }} (
        {{ columns | map(attribute='name') | join(',\n        ') }}
      )
      values
      {{ values }}
    {%- endcall %}
  {% endfor %}
{% endmacro %}
