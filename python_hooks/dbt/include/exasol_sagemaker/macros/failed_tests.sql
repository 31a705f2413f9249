{#
  dbt's own way to run a data test; a test of this package that fails also says what it found. dbt itself only counts
  the failing rows.
#}
{% materialization test, adapter='exasol_sagemaker' %}
  {%- set done = dbt.materialization_test_default() -%}
  {%- set metadata = model.get('test_metadata') or {} -%}
  {%- if metadata.get('namespace') == 'exasol_sagemaker' and load_result('main')['data'][0][0] | int > 0 -%}
    {%- for row in adapter.fetch_rows('select failure from (\n' ~ sql ~ '\n) limit 20') -%}
      {%- do log(metadata['name'] ~ ': ' ~ row['failure'], info=true) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(done) }}
{% endmaterialization %}
