{#
  Matches the training columns, and the columns to carry through, to the input's columns by name: exactly, else without
  regard to case. Columns that the input lacks are one error that names them all.

  Returns {'carried': [{name, type}], 'features': [name], 'feature_columns': [{name, type}]} with the input's own spelling; none when compiling while
  the input does not exist.
#}
{% macro predict_columns(described, input, carried, caller='predict()') %}
  {% if input is string or input.is_cte %}
    {% do exceptions.raise_compiler_error(
        caller ~ ' reads a table or a view: give it a ref() or a source(). ' ~ input
        ~ ' has no columns in the database; an ephemeral model cannot be its input.'
    ) %}
  {% endif %}
  {% set available = exasol_sagemaker.column_types(input) %}
  {% if not available and flags.WHICH not in ['run', 'build', 'retry'] %}
    {% do return(none) %}
  {% endif %}
  {% set types = {} %}
  {% set spelling = {} %}
  {% for column in available %}
    {% do types.update({column['name']: column['type']}) %}
    {% do spelling.update({column['name'] | lower: column['name']}) %}
  {% endfor %}
  {% set found = {'carried': [], 'features': [], 'feature_columns': []} %}
  {% set missing = {'carried': [], 'features': []} %}
  {% for name in carried %}
    {% set actual = name if name in types else spelling.get(name | lower) %}
    {% if actual is none %}
      {% do missing['carried'].append(name) %}
    {% else %}
      {% do found['carried'].append({'name': actual, 'type': types[actual]}) %}
    {% endif %}
  {% endfor %}
  {% for column in described['input_columns'] %}
    {% set actual = column['name'] if column['name'] in types else spelling.get(column['name'] | lower) %}
    {% if actual is none %}
      {% do missing['features'].append(column['name']) %}
    {% else %}
      {% do found['features'].append(actual) %}
      {% do found['feature_columns'].append({'name': actual, 'type': types[actual]}) %}
    {% endif %}
  {% endfor %}
  {% if missing['carried'] or missing['features'] %}
    {% set parts = [] %}
    {% if missing['features'] %}
      {% do parts.append('training columns of job ' ~ described['job_name'] ~ ': ' ~ missing['features'] | join(', ')) %}
    {% endif %}
    {% if missing['carried'] %}
      {% do parts.append('key or carried columns: ' ~ missing['carried'] | join(', ')) %}
    {% endif %}
    {% do exceptions.raise_compiler_error(
        caller ~ ': ' ~ input.schema ~ '.' ~ input.identifier ~ ' lacks ' ~ parts | join('; ')
        ~ '. Add them to that relation, or train anew without them. It has: '
        ~ (types.keys() | join(', ') or 'no column that this user may see') ~ '.'
    ) %}
  {% endif %}
  {% set taken = described['result_columns'] | map(attribute='name') | list + ['JOB_NAME', 'PROBABILITIES', 'INPUT_HASH'] %}
  {% for column in found['carried'] if column['name'] | upper in taken %}
    {% do exceptions.raise_compiler_error(
        caller ~ ': the column ' ~ column['name'] ~ ' of ' ~ input.schema ~ '.' ~ input.identifier
        ~ ' cannot be carried through, for a result has that name. Rename it in the input.'
    ) %}
  {% endfor %}
  {% do return(found) %}
{% endmacro %}
