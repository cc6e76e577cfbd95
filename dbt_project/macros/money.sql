{#- Exact division: DECIMAL / DECIMAL is DOUBLE in DuckDB, so a ratio is an integer division of scaled integers, rounded
    half away from zero. NULL when the denominator is NULL or 0. `scale` is 6 for ratios and 2 for money per unit.
    Both arguments must be DECIMAL with at most 4 decimals. -#}
{% macro div(numerator, denominator, scale=6) -%}
    {{ return(adapter.dispatch('div', 'tieout')(numerator, denominator, scale)) }}
{%- endmacro %}

{% macro default__div(numerator, denominator, scale) -%}
    cast(
        case
            when ({{ denominator }}) <> 0 then
                sign({{ numerator }}) * sign({{ denominator }}) * cast(
                    (
                        cast(abs({{ numerator }}) * 10000 as hugeint) * {{ 2 * 10 ** scale }}
                        + cast(abs({{ denominator }}) * 10000 as hugeint)
                    ) // (2 * cast(abs({{ denominator }}) * 10000 as hugeint)) as decimal(38, 0)
                ) * cast({{ '0.' ~ '0' * (scale - 1) ~ '1' }} as decimal(18, {{ scale }}))
        end as decimal(18, {{ 6 if scale > 2 else 2 }})
    )
{%- endmacro %}

{% macro postgres__div(numerator, denominator, scale) -%}
    cast(round(cast({{ numerator }} as numeric) / nullif({{ denominator }}, 0), {{ scale }}) as decimal(18, {{ 6 if scale > 2 else 2 }}))
{%- endmacro %}

{#- Sums come back wider than the column they fill (DECIMAL(38,2)): name the money type once. -#}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(14, 2))
{%- endmacro %}

{% macro hours(expression) -%}
    cast({{ expression }} as decimal(12, 4))
{%- endmacro %}

{#- The part of `amount` (in cents) that falls on one of several weights, before the largest remainder is handed out. -#}
{% macro whole_share(amount, weight, total) -%}
    {{ return(adapter.dispatch('whole_share', 'tieout')(amount, weight, total)) }}
{%- endmacro %}

{% macro default__whole_share(amount, weight, total) -%}
    cast((cast({{ amount }} as hugeint) * cast({{ weight }} as hugeint)) // cast({{ total }} as hugeint) as bigint)
{%- endmacro %}

{% macro postgres__whole_share(amount, weight, total) -%}
    cast(div(cast({{ amount }} as numeric) * {{ weight }}, {{ total }}) as bigint)
{%- endmacro %}

{#- What is left of that division: the rank of the largest remainder. -#}
{% macro share_remainder(amount, weight, total) -%}
    {{ return(adapter.dispatch('share_remainder', 'tieout')(amount, weight, total)) }}
{%- endmacro %}

{% macro default__share_remainder(amount, weight, total) -%}
    (cast({{ amount }} as hugeint) * cast({{ weight }} as hugeint)) % cast({{ total }} as hugeint)
{%- endmacro %}

{% macro postgres__share_remainder(amount, weight, total) -%}
    mod(cast({{ amount }} as numeric) * {{ weight }}, {{ total }})
{%- endmacro %}

{#- Seconds as minutes with two decimals, half away from zero. -#}
{% macro minutes(seconds) -%}
    cast({{ tieout.div('cast(' ~ seconds ~ ' as decimal(18, 0))', 'cast(60 as decimal(18, 0))', 2) }} as decimal(12, 2))
{%- endmacro %}

{#- Seconds per call, two decimals, half away from zero. -#}
{% macro seconds_per(seconds, calls) -%}
    cast({{ tieout.div('cast(' ~ seconds ~ ' as decimal(18, 0))', 'cast(' ~ calls ~ ' as decimal(18, 0))', 2) }} as decimal(12, 2))
{%- endmacro %}
