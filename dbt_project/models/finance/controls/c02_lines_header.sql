{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The header of a closed order against its lines: what the header states, and only that, is compared (REPORTS 7). A
-- source gives header sections after line discounts and before discounts of the whole order. A void is left out: its
-- detail is removed by design.
{% set sections = {
    'parts': ('parts', 'part'), 'labor': ('labor', 'labor'), 'sublet': ('sublet', 'sublet'),
    'supplies': ('supplies', 'supplies'), 'fees': ('fees', 'fee'), 'card upcharge': ('upcharge', 'upcharge'),
    'other charges': ('other', 'other'), 'tax': ('tax', 'tax')
} -%}
with orders as (
    select orders_of.*, options.tolerance_money
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ tieout.site_options({'tolerance_money': 'decimal(18, 4)'}) }} as options
        on orders_of.site_key = options.site_key
    where orders_of.is_sale
),

lines as (
    select
        lines_of.*,
        orders.close_business_date,
        orders.ro_number,
        orders.tolerance_money
    from {{ ref('fct_ro_line') }} as lines_of
    inner join orders on lines_of.ro_key = orders.ro_key
),

line_sums as (
    select
        ro_key,
        {% for aspect, (header, sales_class) in sections.items() -%}
        sum(case when sales_class = '{{ sales_class }}' then extended_net + ro_discount else 0 end) as {{ header }},
        {% endfor -%}
        abs(sum(memo_amount)) as discount,
        -sum(memo_amount) as given,
        sum(ro_discount) as spread,
        sum(extended_net) as total
    from lines
    group by ro_key
),

-- an order without any line has a side that is absent
compared_orders as (
    select
        orders.*,
        {% for aspect, (header, sales_class) in sections.items() -%}
        line_sums.{{ header }} as line_{{ header }},
        {% endfor -%}
        line_sums.discount as line_discount,
        line_sums.total as line_total,
        line_sums.given,
        line_sums.spread
    from orders
    left join line_sums on orders.ro_key = line_sums.ro_key
),

sections_of as (
    {% for aspect, header in [
        ('parts', 'parts'), ('labor', 'labor'), ('sublet', 'sublet'), ('supplies', 'supplies'), ('fees', 'fees'),
        ('card upcharge', 'upcharge'), ('other charges', 'other'), ('tax', 'tax'), ('discount', 'discount'),
        ('total', 'total')
    ] -%}
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'" ~ aspect ~ "'", tolerance='tolerance_money',
            expected=('abs(header_discount)' if header == 'discount' else 'header_' ~ header),
            actual=(
                'line_' ~ header if header == 'total'
                else 'case when line_total is null and header_' ~ header ~ ' = 0 then 0 else line_' ~ header ~ ' end'
            ),
            said="'The header of RO ' || ro_number || ' says " ~ aspect ~ " ' || cast(header_" ~ header
            ~ " as varchar) || '; its lines come to ' || coalesce(cast(line_" ~ header
            ~ " as varchar), 'nothing, it has none') || '.'"
        ) }}
    from compared_orders
    where header_{{ header }} is not null
    {% if header == 'total' %}and (line_total is not null or header_total <> 0){% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

discounts as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'discount on lines'", expected='given', actual='spread',
            said="'RO ' || ro_number || ' has discounts of ' || cast(given as varchar) || ' as a whole, but ' "
            ~ "|| cast(spread as varchar) || ' of it stand on its lines.'"
        ) }}
    from compared_orders
    where given <> 0 or spread <> 0
),

nets as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_line_key',
            document="'RO ' || ro_number || ' line ' || source_entity_id", aspect="'net'", tolerance='tolerance_money',
            expected='extended_gross - line_discount', actual='extended_net + ro_discount',
            said="'Line ' || source_entity_id || ' of RO ' || ro_number || ' (' || coalesce(description, line_type) "
            ~ "|| '): ' || cast(extended_gross as varchar) || ' less discount ' || cast(line_discount as varchar) "
            ~ "|| ' is not ' || cast(extended_net + ro_discount as varchar) || '.'"
        ) }}
    from lines
    where line_type not in ({{ tieout.ro_discount_types() }})
),

final as (
    select * from sections_of
    union all
    select * from discounts
    union all
    select * from nets
)

select * from final
