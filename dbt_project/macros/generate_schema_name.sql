{#- A model's schema is its folder's, without the target's prefix: BI reads `sales.sales_summary` on every engine. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
