{# The key columns, as a list. #}
{% macro evaluation_keys(macro_name, key) %}
  {% set keys = [key] if key is string else (key or []) | list %}
  {% if not keys %}
    {% do exceptions.raise_compiler_error(
        macro_name ~ '() needs a key: the column or columns, in predictions and truth, that identify a row.'
    ) %}
  {% endif %}
  {% do return(keys) %}
{% endmacro %}

{#
  The columns that make the slices, as [{source, name}]. A key stands in both relations and is read from predictions;
  any other name is left to the database, unless it says itself which relation is meant: `truth.region`.
#}
{% macro evaluation_slices(macro_name, by, key) %}
  {% set keys = ([key] if key is string else key) | map('upper') | list %}
  {% set taken = [
      'ACTUAL', 'PREDICTED', 'PREDICTION', 'PROBABILITY', 'LIKELIHOOD', 'LABEL', 'ROW_COUNT', 'LABEL_COUNT',
      'POSITIVES', 'NEGATIVES', 'AUC', 'LOG_LOSS', 'ACCURACY', 'BALANCED_ACCURACY', 'PRECISION', 'RECALL', 'F1',
      'MACRO_PRECISION', 'MACRO_RECALL', 'MACRO_F1', 'RMSE', 'MAE', 'MAPE', 'R2', 'BIN', 'LOWER_BOUND', 'UPPER_BOUND',
      'MEAN_PROBABILITY', 'POSITIVE_SHARE', 'SHARE_OF_ACTUAL',
  ] %}
  {% set slices = [] %}
  {% for column in ([by] if by is string else by or []) %}
    {% set name = column.split('.') | last %}
    {% if name | upper in taken or name | upper in slices | map(attribute='name') | map('upper') %}
      {% do exceptions.raise_compiler_error(
          macro_name ~ '(): a slice cannot be made by a column that is called ' ~ name
          ~ ', for another column of the result is. Rename it in the relation that has it.'
      ) %}
    {% endif %}
    {% set source = 'predictions.' ~ column if column | upper in keys else column %}
    {% do slices.append({'source': source, 'name': name}) %}
  {% endfor %}
  {% do return(slices) %}
{% endmacro %}

{# A label as a literal: text in quotes, numbers and booleans as they are. #}
{% macro label_literal(label) %}
  {% if label is boolean %}
    {% do return('true' if label else 'false') %}
  {% endif %}
  {% do return(adapter.sql_literal(label, 'varchar')) %}
{% endmacro %}
