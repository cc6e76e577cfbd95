{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Every closed order as reports read it (its own columns) against its lines by section, its categories against parts,
-- labor and sublet, and its total against its eight parts (REPORTS 0.7: T is complete). Both are read from where they
-- stand, so that one that was rewritten without the other shows.
{% set sections = {
    'parts': ('parts_sales', "'part'"), 'labor': ('labor_sales', "'labor'"), 'sublet': ('sublet_sales', "'sublet'"),
    'supplies': ('supplies_taxable + orders.supplies_nontax', "'supplies'"), 'fees': ('fees_nontax', "'fee'"),
    'card upcharge': ('card_upcharge', "'upcharge'"), 'other charges': ('other_charges', "'other'"),
    'tax': ('sales_tax', "'tax'"), 'categories': ('parts_sales + orders.labor_sales + orders.sublet_sales', "''")
} -%}
with orders as (
    select orders_of.*, options.tolerance_money
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ tieout.site_options({'tolerance_money': 'decimal(18, 4)'}) }} as options
        on orders_of.site_key = options.site_key
    where orders_of.is_sale
),

-- a line of no category counts as Not Found, so that categories are complete
categories as (
    select ro_key, coalesce(category, 'Not Found') as category, sales_class, sum(extended_net) as sales
    from {{ ref('fct_ro_line') }}
    group by ro_key, coalesce(category, 'Not Found'), sales_class
),

line_sums as (
    select
        ro_key,
        {% for aspect, (column, class) in sections.items() if aspect != 'categories' -%}
        sum(case when sales_class = {{ class }} then sales else 0 end) as section_{{ loop.index }},
        {% endfor -%}
        sum(case when sales_class in ('part', 'labor', 'sublet') then sales else 0 end)
            as section_{{ sections | length }},
        sum(sales) as total
    from categories
    group by ro_key
),

sections_of as (
    {% for aspect, (column, class) in sections.items() -%}
    select
        {{ tieout.compared(
            site_key='orders.site_key', business_date='orders.close_business_date', drill_key='orders.ro_key',
            document="'RO ' || orders.ro_number", aspect="'" ~ aspect ~ "'", tolerance='orders.tolerance_money',
            expected='coalesce(line_sums.section_' ~ loop.index ~ ', 0)', actual='orders.' ~ column,
            said="'RO ' || orders.ro_number || ' is reported with " ~ aspect ~ " of ' || cast(orders." ~ column
            ~ " as varchar) || '; its lines come to ' || cast(coalesce(line_sums.section_" ~ loop.index
            ~ ", 0) as varchar) || '.'"
        ) }}
    from orders
    left join line_sums on orders.ro_key = line_sums.ro_key
    union all
    {% endfor -%}
    select
        {{ tieout.compared(
            site_key='orders.site_key', business_date='orders.close_business_date', drill_key='orders.ro_key',
            document="'RO ' || orders.ro_number", aspect="'lines'", tolerance='orders.tolerance_money',
            expected='coalesce(line_sums.total, 0)', actual='orders.grand_total',
            said="'RO ' || orders.ro_number || ' is reported with a total of ' || cast(orders.grand_total as varchar) "
            ~ "|| '; all its lines come to ' || cast(coalesce(line_sums.total, 0) as varchar) || '.'"
        ) }}
    from orders
    left join line_sums on orders.ro_key = line_sums.ro_key
),

parts as (
    select
        *,
        parts_sales + labor_sales + sublet_sales + supplies_taxable + supplies_nontax + fees_nontax + card_upcharge
        + other_charges + sales_tax as parts_total
    from orders
),

totals as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number", aspect="'total'",
            tolerance='tolerance_money', expected='parts_total', actual='grand_total',
            said="'The total of RO ' || ro_number || ' is ' || cast(grand_total as varchar) || '; parts, labor, sublet, "
            ~ "supplies, fees, upcharge, other charges and tax come to ' || cast(parts_total as varchar) || '.'"
        ) }}
    from parts
),

final as (
    select * from sections_of
    union all
    select * from totals
)

select * from final
