{#
  Names of the jobs whose rows in a registry table are final, because the job had ended when they were read. None if the
  table is not there, has other columns, or is to be made anew.
#}
{% macro kept_jobs(existing, columns) %}
  {% if existing is none or not existing.is_table or should_full_refresh() %}
    {% do return([]) %}
  {% endif %}
  {% set present = exasol_sagemaker.column_types(existing) | map(attribute='name') | map('lower') | list %}
  {% if present != columns | map(attribute='name') | list %}
    {% do return([]) %}
  {% endif %}
  {% do return(
      adapter.fetch_rows(
          'select distinct job_name from ' ~ existing ~ " where job_status in ('Completed', 'Failed', 'Stopped')"
      ) | map(attribute='job_name') | list
  ) %}
{% endmacro %}
