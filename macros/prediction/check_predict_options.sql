{# Refuses a threshold, probabilities or explanations that a model or its endpoint cannot give. #}
{% macro check_predict_options(described, options, caller='predict()') %}
  {% set problem = described['problem_type'] %}
  {% if options['probabilities'] and problem == 'Regression' %}
    {% do exceptions.raise_compiler_error(
        caller ~ ': probabilities are for classification, and job ' ~ described['job_name'] ~ ' is a Regression.'
    ) %}
  {% endif %}
  {% if options['explain'] and not described['explains'] %}
    {% do exceptions.raise_compiler_error(
        caller ~ ': endpoint ' ~ described['endpoint_name'] ~ ' explains nothing. Set explainer=true in the config of its '
        ~ 'sagemaker_endpoint and build that and the prediction_udf again, or leave explain out.'
    ) %}
  {% endif %}
  {% set threshold = options['threshold'] %}
  {% if threshold is not none %}
    {% if problem != 'BinaryClassification' %}
      {% do exceptions.raise_compiler_error(
          caller ~ ': a threshold is for two labels, and job ' ~ described['job_name'] ~ ' is a ' ~ problem ~ '.'
      ) %}
    {% endif %}
    {% if threshold is not number or threshold < 0 or threshold > 1 %}
      {% do exceptions.raise_compiler_error(caller ~ ': threshold has to be a number from 0 to 1, not ' ~ threshold ~ '.') %}
    {% endif %}
  {% endif %}
{% endmacro %}
