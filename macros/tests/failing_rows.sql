{#
  The query of a test whose failures are known: a row for each text, none without any. The texts are what the
  test says in dbt's output.
#}
{% macro failing_rows(failures) %}
  {%- for failure in failures or [''] %}
select {{ adapter.sql_literal(failure, 'varchar') }} as failure
from dual
    {%- if not failures %}
where false
    {%- endif %}
    {%- if not loop.last %}
union all
    {%- endif %}
  {%- endfor %}
{% endmacro %}
