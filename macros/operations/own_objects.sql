{#
  Tables, scripts and connections in the database that this project's nodes and hooks made: a list of {kind, sql_name}.
  A table counts only if it has the columns of ours, so that nobody else's is taken for it: `mark` is one of them.
#}
{% macro own_objects() %}
  {% set found = [] %}
  {% set registry_marks = {
      'jobs': 'TORN_DOWN',
      'candidates': 'CANDIDATE_RANK',
      'endpoints': 'DRIFT',
      'feature_importance': 'FEATURE_RANK',
  } %}
  {% for node in graph.nodes.values() if node.resource_type == 'model' %}
    {% set materialized = node.config.materialized %}
    {% set hooks = node.config.get('post-hook', []) | map(attribute='sql') | join(' ') %}
    {% set tables = [] %}
    {% if materialized == 'autopilot_model' %}
      {% do tables.append((node.alias, 'FINGERPRINT')) %}
    {% elif materialized == 'sagemaker_endpoint' %}
      {% do tables.append((node.alias, 'ENDPOINT_CONFIG_NAME')) %}
    {% elif materialized in ['batch_prediction', 'forecast'] %}
      {% do tables.append((node.alias ~ '_transform_jobs', 'TRANSFORM_JOB_NAME')) %}
    {% elif materialized == 'registry_table' %}
      {% do tables.append((node.alias, registry_marks[node.config.content])) %}
    {% elif materialized == 'prediction_udf' %}
      {% set relation = api.Relation.create(schema=node.schema, identifier=node.alias, type='function') %}
      {% set schema, name = relation.stored_name() %}
      {% if adapter.fetch_rows(
          "select script_name from exa_all_scripts where script_schema = '" ~ schema ~ "' and script_name = '" ~ name ~ "'"
      ) %}
        {% do found.append({'kind': 'script', 'sql_name': relation | string}) %}
      {% endif %}
    {% endif %}
    {% if 'train_autopilot' in hooks %}
      {% do tables.append((node.alias ~ '_autopilot_jobs', 'FINGERPRINT')) %}
    {% endif %}
    {% if 'deploy_endpoint' in hooks %}
      {% do tables.append((node.alias ~ '_endpoints', 'ENDPOINT_CONFIG_NAME')) %}
    {% endif %}
    {% for identifier, mark in tables %}
      {% set relation = api.Relation.create(schema=node.schema, identifier=identifier, type='table') %}
      {% if mark in exasol_sagemaker.column_types(relation) | map(attribute='name') | list %}
        {% do found.append({'kind': 'table', 'sql_name': relation | string, 'mark': mark}) %}
      {% endif %}
    {% endfor %}
  {% endfor %}
  {% for connection in exasol_sagemaker.own_connections() %}
    {% do found.append({'kind': 'connection', 'sql_name': adapter.quote(connection)}) %}
  {% endfor %}
  {% do return(found) %}
{% endmacro %}
