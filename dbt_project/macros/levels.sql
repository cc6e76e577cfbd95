{#- Reports in which an event counts differently at each level: an order for each of its people, once in its shop. Their
    `behind` has a column `level`, the row_type whose rows it makes, and a cell's rows are those of its own level. -#}
{% macro levels() -%}
    (select 'detail' as level union all select 'subtotal' union all select 'total')
{%- endmacro %}

{#- An aggregate of tieout.rolled over the rows of the level that is being rolled; `key` is the first of its keys. -#}
{% macro by_level(key, aggregate) -%}
    case
        when grouping(events.site_key) = 1 then {{ aggregate }} filter (where level = 'total')
        when grouping({{ key }}) = 1 then {{ aggregate }} filter (where level = 'subtotal')
        else {{ aggregate }} filter (where level = 'detail')
    end
{%- endmacro %}

{#- Sums (0 where nothing is) and distinct counts by level, as `rolled` takes them. -#}
{% macro levelled(key, sums=[], distincts=[]) -%}
    {%- set aggregates = {} -%}
    {%- for column in distincts -%}
        {%- do aggregates.update({column: tieout.by_level(key, 'count(distinct ' ~ column ~ ')')}) -%}
    {%- endfor -%}
    {%- for column in sums -%}
        {%- do aggregates.update({column: 'coalesce(' ~ tieout.by_level(key, 'sum(' ~ column ~ ')') ~ ', 0)'}) -%}
    {%- endfor -%}
    {{ return(aggregates) }}
{%- endmacro %}
