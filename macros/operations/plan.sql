{#
  What a run would start, change and delete in AWS, without doing it. `exasol-sagemaker plan` calls it: dbt compiles no
  models in a run-operation, so that their queries have to be given.

  Arguments:
    queries       compiled SQL by unique id of the node
    full_refresh  as the flag of dbt run
#}
{% macro plan(queries=none, full_refresh=false) %}
  {% if execute %}
    {% if queries is none %}
      {% do exceptions.raise_compiler_error(
          'plan() needs the compiled queries of the models: run `exasol-sagemaker plan` in the folder of the project.'
      ) %}
    {% endif %}
    {% set planned = [] %}
    {% for unique_id, query in queries.items() %}
      {% set node = graph.nodes[unique_id] %}
      {% set own = node.config.get('full_refresh') %}
      {% do planned.append({
          'model': node,
          'query': query,
          'call': exasol_sagemaker.call_in(query),
          'validation': exasol_sagemaker.validation_query(query),
          'full_refresh': full_refresh if own is none else own,
      }) %}
    {% endfor %}
    {% set steps = adapter.plan_run(planned, graph.nodes) %}
    {% for step in steps %}
      {% do log(
          step['action'] ~ ' ' ~ step['kind'] ~ ' of ' ~ step['node'] ~ (' ' ~ step['name'] if step['name'])
          ~ ': ' ~ step['reason'],
          info=true
      ) %}
    {% endfor %}
    {% do log('exasol_sagemaker plan ' ~ tojson(steps)) %}
  {% endif %}
{% endmacro %}
