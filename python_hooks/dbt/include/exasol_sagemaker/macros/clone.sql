{#
  `dbt clone` makes a view on what it clones, which cannot be done with a script. It is where it was; with `--defer` a
  ref() finds it there.
#}
{% materialization clone, adapter='exasol_sagemaker' %}
  {%- if defer_relation and config.get('materialized') in ['exasol_script', 'prediction_udf'] -%}
    {%- do log(model.unique_id ~ ' is a script and not cloned: call ' ~ defer_relation ~ ', or build it here', info=True) -%}
    {{ return({'relations': []}) }}
  {%- endif -%}
  {{ return(dbt.materialization_clone_default()) }}
{% endmaterialization %}
