{#
  Any script of Exasol: a scripting program, a UDF, a library. Its SQL is the script's body, its relation the script, so
  that `ref()` gives the name to call. It is created or replaced only when it differs from what the database has.
#}
{% materialization exasol_script, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='function') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if existing_relation is not none and (existing_relation.is_table or existing_relation.is_view) -%}
    {%- do adapter.drop_relation(existing_relation) -%}
  {%- endif -%}
  {%- set script = adapter.create_script(model, target_relation, sql, replace=should_full_refresh()) -%}

  {% call noop_statement('main', script['message'], 'CREATE SCRIPT') -%}
    {{ script['statement'] }}
  {%- endcall %}

  {%- do apply_grants(target_relation, grant_config, should_revoke=true) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
