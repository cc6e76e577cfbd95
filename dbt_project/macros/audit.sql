{#- What an audit trail writes down as text: NULL where it is no number. -#}
{% macro written_amount(written) -%}
    {{ return(adapter.dispatch('written_amount', 'tieout')(written)) }}
{%- endmacro %}

{% macro default__written_amount(written) -%}
    try_cast({{ written }} as decimal(14, 2))
{%- endmacro %}

{% macro postgres__written_amount(written) -%}
    case when {{ written }} ~ '^\s*-?[0-9]+(\.[0-9]+)?\s*$' then cast({{ written }} as decimal(14, 2)) end
{%- endmacro %}

{#- Fields that hold money, by their names: header_total, unit_price, discount. -#}
{% macro is_amount(field) -%}
    (
        {{ field }} like 'header_%' or {{ field }} like '%amount%' or {{ field }} like '%price%'
        or {{ field }} like '%cost%' or {{ field }} like '%total%' or {{ field }} like '%discount%'
    )
{%- endmacro %}
