{#
  A metric of a job's best candidate as {name, value}, by its name without regard to case; the job's objective if
  none is named. SageMaker's own validation measured it.
#}
{% macro job_metric(job, metric=none) %}
  {% set wanted = metric or job['objective'] %}
  {% set known = fromjson(job['metrics'] or '{}') %}
  {% if job['objective'] and job['objective_value'] is not none %}
    {% do known.update({job['objective']: job['objective_value']}) %}
  {% endif %}
  {% for name, value in known.items() if name | lower == wanted | lower %}
    {% do return({'name': name, 'value': value | float}) %}
  {% endfor %}
  {% do exceptions.raise_compiler_error(
      'Job ' ~ job['job_name'] ~ ' has no metric ' ~ wanted ~ '. It has: ' ~ (known | sort | join(', ') or 'none') ~ '.'
  ) %}
{% endmacro %}
