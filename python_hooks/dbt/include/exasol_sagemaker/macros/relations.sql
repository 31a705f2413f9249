{#
  dbt-exasol's list of what a schema has, and its scripts: a script and a table of the same name cannot both be, so a node
  that becomes the other has to know.
#}
{% macro exasol_sagemaker__list_relations_without_caching(schema) %}
    {% call statement('list_relations_without_caching', fetch_result=True) -%}
    select
        'db' as [database],
        lower(relation_name) as [name],
        lower(relation_schema) as [schema],
        relation_type as table_type
    from (
        select table_name as relation_name, table_schema as relation_schema, 'table' as relation_type from sys.exa_all_tables
        union all
        select view_name, view_schema, 'view' from sys.exa_all_views
        union all
        select script_name, script_schema, 'function' from sys.exa_all_scripts
    )
    where upper(relation_schema) = '{{ schema | upper }}'
    {%- endcall %}
    {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}


{# dbt-exasol's, for which a relation of type function is an SQL function; here it is a script. #}
{% macro exasol_sagemaker__drop_relation(relation) %}
    {% if relation.type != 'function' %}
        {{ return(exasol__drop_relation(relation)) }}
    {% endif %}
    {% do adapter.drop_script(relation) %}
{% endmacro %}
