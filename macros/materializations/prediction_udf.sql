{#
  A UDF that asks an endpoint. Its SQL is a query on a sagemaker_endpoint's relation: the newest deployment that
  it returns is called. With `endpoint_name` it asks an endpoint that somebody else deployed, and its SQL is a query
  whose columns are what that endpoint reads, in order. Its relation is the script, so that `ref()` gives the name to call. It is created or
  replaced only when it differs from what the database has.
#}
{% materialization prediction_udf, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='function') -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if flags.EMPTY -%}
    {%- set udf = {'message': 'empty, nothing created', 'statement': sql, 'changed': false} -%}
  {%- elif config.get('endpoint_name') or config.get('meta', {}).get('endpoint_name') -%}
    {%- set udf = adapter.create_foreign_udf(model, target_relation, sql) -%}
    {%- do apply_grants(target_relation, grant_config, should_revoke=true) -%}
    {%- do exasol_sagemaker.persist_comment(target_relation) -%}
  {%- else -%}
    {%- set deployments = adapter.fetch_rows(sql) -%}
    {%- set serving = deployments | rejectattr('status', 'equalto', 'Failed') | list -%}
    {%- set deployment = adapter.newest_row(serving or deployments, by=['deployed_at']) -%}
    {%- if not deployment -%}
      {%- do exceptions.raise_compiler_error(
          'The query of ' ~ model.unique_id ~ ' returns no deployment. Run the sagemaker_endpoint that it reads first.'
      ) -%}
    {%- endif -%}
    {%- set udf = adapter.create_prediction_udf(model, target_relation, deployment) -%}
    {%- do apply_grants(target_relation, grant_config, should_revoke=true) -%}
    {%- do exasol_sagemaker.persist_comment(target_relation) -%}
  {%- endif -%}

  {% call noop_statement('main', udf['message'], 'CREATE SCRIPT') -%}
    {{ udf['statement'] }}
  {%- endcall %}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
