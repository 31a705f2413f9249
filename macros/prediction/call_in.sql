{#
  The arguments that batch_predict() or forecast() wrote into a node's body behind their mark; none if there are none.
  sql: the node's compiled SQL; mark: only behind this one.
#}
{% macro call_in(sql, mark=none) %}
  {% set marks = [exasol_sagemaker.batch_call_mark(), exasol_sagemaker.forecast_call_mark()] %}
  {% for known in ([mark] if mark else marks) %}
    {% if known in sql %}
      {% do return(fromjson(sql.split(known)[1].split(' */')[0])) %}
    {% endif %}
  {% endfor %}
  {% do return(none) %}
{% endmacro %}
