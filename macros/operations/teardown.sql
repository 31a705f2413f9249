{#
  Removes all that this project made for the current target: in AWS what carries its tags, in the database the tables
  and prediction UDFs of its nodes, what their hooks made beside them, and the CONNECTION if the project creates it
  itself. The registry's tables go too. Tables of data and predictions stay, and so do scripts of the project's own.

      dbt run-operation exasol_sagemaker.teardown --args '{dry_run: true}'
#}
{% macro teardown(dry_run=false) %}
  {% if execute %}
    {% for removed in adapter.teardown_aws(dry_run=dry_run) %}
      {% do log(removed['kind'] ~ ' ' ~ removed['name'] ~ ': ' ~ removed['action'], info=true) %}
    {% endfor %}
    {% for object in exasol_sagemaker.own_objects() %}
      {% set statement_text = 'drop ' ~ object['kind'] ~ ' ' ~ object['sql_name'] %}
      {% if not dry_run %}
        {% call statement('teardown', auto_begin=False) %}{{ statement_text }}{% endcall %}
      {% endif %}
      {% do log(
          object['kind'] ~ ' ' ~ object['sql_name'] ~ ': ' ~ ('would be deleted' if dry_run else 'deleted'), info=true
      ) %}
    {% endfor %}
  {% endif %}
{% endmacro %}
