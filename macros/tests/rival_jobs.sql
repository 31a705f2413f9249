{# The jobs that better_than compares a job with, finished: none, one, or one for each endpoint. #}
{% macro rival_jobs(relation, other, job) %}
  {% if other is not string %}
    {% do return([exasol_sagemaker.tested_job(other)]) %}
  {% elif other == 'last_version' %}
    {% do return(exasol_sagemaker.last_version(relation, job)) %}
  {% elif other == 'deployed' %}
    {% do return(exasol_sagemaker.deployed_jobs(job)) %}
  {% endif %}
  {% do exceptions.raise_compiler_error(
      "better_than: `other` is last_version, deployed or ref('an autopilot_model'), not " ~ other ~ '.'
  ) %}
{% endmacro %}

{# The completed job that was requested last before this one. #}
{% macro last_version(relation, job) %}
  {% set rows = adapter.fetch_rows(
      'select * from ' ~ relation ~ ' order by coalesce(requested_at, created_at) desc'
  ) %}
  {% for row in rows if row['job_name'] != job['job_name'] %}
    {% set finished = row if row['status'] == 'Completed' else exasol_sagemaker.finished_job(row['job_name']) %}
    {% if finished['status'] == 'Completed' %}
      {% do return([finished]) %}
    {% endif %}
  {% endfor %}
  {% do return([]) %}
{% endmacro %}

{# The jobs that the endpoints serve which read the tested model, without this one. #}
{% macro deployed_jobs(job) %}
  {% set names = [] %}
  {% for node in graph.nodes.values() if node.config.materialized == 'sagemaker_endpoint' %}
    {% if node.depends_on.nodes | select('in', model.depends_on.nodes) | list %}
      {% set relation = load_cached_relation(api.Relation.create(schema=node.schema, identifier=node.alias)) %}
      {% if relation %}
        {% set serving = exasol_sagemaker.serving_deployment(relation) %}
        {% if serving and serving['job_name'] not in names + [job['job_name']] %}
          {% do names.append(serving['job_name']) %}
        {% endif %}
      {% endif %}
    {% endif %}
  {% endfor %}
  {% set jobs = [] %}
  {% for name in names %}
    {% do jobs.append(exasol_sagemaker.finished_job(name)) %}
  {% endfor %}
  {% do return(jobs) %}
{% endmacro %}
