{#- Values as vendors write them, read into ours: dates as numbers, names of devices, telephone numbers. -#}

{#- 20130807 as a date; 0 is no date, and so is a number that is none. -#}
{% macro number_date(number) -%}
    {{ return(adapter.dispatch('number_date', 'tieout')(number)) }}
{%- endmacro %}

{% macro default__number_date(number) -%}
    try_cast(
        substr(cast({{ number }} as varchar), 1, 4) || '-' || substr(cast({{ number }} as varchar), 5, 2)
        || '-' || substr(cast({{ number }} as varchar), 7) as date
    )
{%- endmacro %}

{% macro postgres__number_date(number) -%}
    case when {{ number }} between 19000101 and 99991231 then to_date(cast({{ number }} as varchar), 'YYYYMMDD') end
{%- endmacro %}

{#- SIP/301-00000004 is device 301. -#}
{% macro device_name(channel) -%}
    regexp_replace(regexp_replace({{ channel }}, '^[^/]*/', ''), '(@[^-]*)?-[^-]*$', '')
{%- endmacro %}

{#- Only digits, and only of what is written as a telephone number: a device called client1 is none. -#}
{% macro digits_of(number) -%}
    case
        when {{ number }} = regexp_replace({{ number }}, '[^-+() .0-9]', '', 'g')
            then regexp_replace({{ number }}, '[^0-9]', '', 'g')
    end
{%- endmacro %}

{#- What landing adds to a row and every model of a kind passes on. `keys` are those of its keys that are others than
    landing's: an order's key is that of its connection and canonical id, by whichever columns its contract keys it. -#}
{% macro landed_columns(alias='', keys={}) -%}
    {%- set prefix = alias ~ '.' if alias else '' -%}
    {%- for column in ['_connection', '_key', '_parent_key', '_order', '_version', '_row_hash', '_is_deleted', '_bound',
        '_pulled_at', '_pull_id'] -%}
        {{ keys[column] ~ ' as ' ~ column if column in keys else prefix ~ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
