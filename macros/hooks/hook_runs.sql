{# Whether a hook of ours has something to do: not when parsing or compiling, and not with --empty. #}
{% macro hook_runs() %}
  {% do return(execute and not flags.EMPTY and flags.WHICH in ['run', 'build', 'retry', 'run-operation']) %}
{% endmacro %}
