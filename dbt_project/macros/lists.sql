{#- One row per member of a `;`-separated text. -#}
{% macro unnest_list(column) -%}
    {{ return(adapter.dispatch('unnest_list', 'tieout')(column)) }}
{%- endmacro %}

{% macro default__unnest_list(column) -%}
    unnest(string_split({{ column }}, ';'))
{%- endmacro %}

{% macro postgres__unnest_list(column) -%}
    unnest(string_to_array({{ column }}, ';'))
{%- endmacro %}
