{#- Money of sources that send whole cents. Everything stays an integer until the last step, which is exact. -#}
{% macro cents_to_dollars(cents) -%}
    cast(cast({{ cents }} as decimal(18, 2)) * cast(0.01 as decimal(3, 2)) as decimal(14, 2))
{%- endmacro %}

{#- Units x cents, or cents x percent: a DECIMAL rounded half away from zero to whole cents. -#}
{% macro whole_cents(amount) -%}
    cast(round({{ amount }}, 0) as bigint)
{%- endmacro %}

{#- The sign as an integer: PostgreSQL's sign() of one is floating. -#}
{% macro minus_or_plus(amount) -%}
    case when {{ amount }} < 0 then -1 else 1 end
{%- endmacro %}

{#- The same share of `amount` as `part` is of `whole`, in whole cents towards zero; nothing of nothing is nothing. -#}
{% macro signed_share(amount, part, whole) -%}
    case
        when {{ whole }} = 0 then 0
        else {{ tieout.minus_or_plus(amount) }} * {{ tieout.minus_or_plus(part) }} * {{ tieout.minus_or_plus(whole) }}
            * {{ tieout.whole_share('abs(' ~ amount ~ ')', 'abs(' ~ part ~ ')', 'abs(' ~ whole ~ ')') }}
    end
{%- endmacro %}
