{# Refuses a threshold or probabilities that the model behind a UDF cannot have. #}
{% macro check_predict_options(described, options) %}
  {% set problem = described['problem_type'] %}
  {% if options['probabilities'] and problem == 'Regression' %}
    {% do exceptions.raise_compiler_error(
        'predict(): probabilities are for classification, and job ' ~ described['job_name'] ~ ' is a Regression.'
    ) %}
  {% endif %}
  {% set threshold = options['threshold'] %}
  {% if threshold is not none %}
    {% if problem != 'BinaryClassification' %}
      {% do exceptions.raise_compiler_error(
          'predict(): a threshold is for two labels, and job ' ~ described['job_name'] ~ ' is a ' ~ problem ~ '.'
      ) %}
    {% endif %}
    {% if threshold is not number or threshold < 0 or threshold > 1 %}
      {% do exceptions.raise_compiler_error('predict(): threshold has to be a number from 0 to 1, not ' ~ threshold ~ '.') %}
    {% endif %}
  {% endif %}
{% endmacro %}
