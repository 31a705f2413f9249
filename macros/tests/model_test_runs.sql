{# Whether a test on a model has something to look at: not when parsing or compiling, and not with --empty. #}
{% macro model_test_runs() %}
  {% do return(execute and not flags.EMPTY and flags.WHICH in ['test', 'build', 'retry']) %}
{% endmacro %}
