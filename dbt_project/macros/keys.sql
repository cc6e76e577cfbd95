{#- Surrogate keys. Facts: UUID from md5 of the natural key; dimensions: the low 63 bits of the same md5, so that the
    sentinels -1 and -2 stay free. The text that is hashed is landing's: parts joined by the unit separator. -#}
{% macro source_key(parts) -%}
    cast(md5({{ tieout.key_text(parts) }}) as uuid)
{%- endmacro %}

{% macro key_text(parts) -%}
    {%- for part in parts -%}
        {{ "cast(" ~ part ~ " as varchar)" }}{{ " || chr(31) || " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro dim_key(parts) -%}
    {{ return(adapter.dispatch('dim_key', 'tieout')(parts)) }}
{%- endmacro %}

{% macro default__dim_key(parts) -%}
    cast(md5_number_lower({{ tieout.key_text(parts) }}) & 9223372036854775807 as bigint)
{%- endmacro %}

{% macro postgres__dim_key(parts) -%}
    (('x' || left(md5({{ tieout.key_text(parts) }}), 16))::bit(64)::bigint & 9223372036854775807)
{%- endmacro %}
