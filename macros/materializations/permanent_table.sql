{#
  A table that is created once and then only added to, never replaced, not even by --full-refresh: what is in it did not
  come from a query. Its columns are those of the model's yml, each with a data_type; columns that are new there are added.
#}
{% materialization permanent_table, adapter='exasol_sagemaker', supported_languages=['sql'] %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if existing_relation is not none and not existing_relation.is_table -%}
    {%- do exceptions.raise_compiler_error(
        existing_relation ~ ' exists and is no table. Drop it, or give ' ~ model.unique_id ~ ' another alias.'
    ) -%}
  {%- endif -%}
  {%- set columns = [] -%}
  {%- for column in model.columns.values() -%}
    {%- do columns.append({'name': column['name'] | lower, 'type': column['data_type']}) -%}
  {%- endfor -%}
  {%- do exasol_sagemaker.ensure_table(target_relation, columns, key=config.require('key') | lower) -%}

  {% call noop_statement('main', 'kept' if existing_relation else 'created', 'CREATE TABLE') -%}
    {{ sql }}
  {%- endcall %}

  {%- do apply_grants(target_relation, grant_config, should_revoke(existing_relation, full_refresh_mode=False)) -%}
  {%- do exasol_sagemaker.persist_comment(target_relation) -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
