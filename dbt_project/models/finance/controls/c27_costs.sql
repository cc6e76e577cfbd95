{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What the lines of closed orders cost: a part that is sold and costs nothing, a cost against the sign of its price, a
-- margin that nobody has; and per day, the gross profit that the orders leave against that of the sales summary.
with orders as (
    select ro_key, site_key, close_business_date, ro_number
    from {{ ref('fct_repair_order') }}
    where is_sale
),

lines as (
    select
        lines_of.ro_line_key,
        lines_of.source_connection_key,
        orders.site_key,
        orders.close_business_date,
        lines_of.line_type,
        lines_of.sales_class,
        lines_of.extended_gross,
        lines_of.extended_net,
        lines_of.cost,
        lines_of.is_return or lines_of.is_warranty_refund or lines_of.extended_gross < 0 as is_return,
        -- a line that is nothing but a core charge has no margin
        lines_of.extended_gross <> coalesce(lines_of.core_charge, 0) as is_priced,
        'RO ' || orders.ro_number || ' line ' || lines_of.source_entity_id as document,
        coalesce(nullif(trim(lines_of.description), ''), lines_of.part_number, lines_of.line_type) as thing
    from {{ ref('fct_ro_line') }} as lines_of
    inner join orders on lines_of.ro_key = orders.ro_key
),

-- a system that knows the cost of no part leaves nothing to compare
costing as (
    select source_connection_key
    from lines
    where line_type = 'part' and cost <> 0
    group by source_connection_key
),

margins as (
    select
        *,
        100 * {{ tieout.div(
            'cast(extended_gross - cost as decimal(18, 2))', 'cast(extended_gross as decimal(18, 2))'
        ) }} as margin
    from lines
    where line_type in ('part', 'sublet') and extended_gross > 0 and cost > 0 and is_priced and not is_return
),

costs as (
    select
        {{ tieout.compared(
            site_key='lines.site_key', business_date='lines.close_business_date', drill_key='lines.ro_line_key',
            document='lines.document', aspect="'cost'", expected='1',
            actual='case when lines.cost <> 0 then 1 when lines.cost = 0 then 0 end', severity="'W'",
            said="lines.document || ': ' || lines.thing || ' is sold for ' || cast(lines.extended_gross as varchar) "
            ~ "|| ' and costs nothing.'"
        ) }}
    from lines
    inner join costing on lines.source_connection_key = costing.source_connection_key
    where lines.line_type = 'part' and lines.extended_gross > 0 and lines.is_priced and not lines.is_return
),

signs as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_line_key', document='document', aspect="'sign'",
            expected="case when not is_return and cost < 0 or extended_gross < 0 and cost > 0 then -cost else cost end",
            actual='cost', severity="'W'",
            said="document || ': ' || thing || ' costs ' || cast(cost as varchar) || ' at a price of ' "
            ~ "|| cast(extended_gross as varchar) || '.'"
        ) }}
    from lines
    where cost is not null and sales_class in ('part', 'labor', 'sublet', 'other')
),

outliers as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_line_key', document='document', aspect="'margin'",
            expected='least(greatest(margin, -50), 95)', actual='margin', severity="'W'",
            said="document || ': ' || thing || ' has a margin of ' || cast(cast(margin as decimal(14, 1)) as varchar) "
            ~ "|| ' percent, sold for ' || cast(extended_gross as varchar) || ' at a cost of ' "
            ~ "|| cast(cost as varchar) || '.'"
        ) }}
    from margins
),

profits as (
    select
        site_key,
        close_business_date,
        sum(case when sales_class in ('part', 'labor', 'sublet', 'other', 'allocated') then extended_net else 0 end)
        - sum(case when sales_class in ('part', 'labor', 'sublet', 'other') then coalesce(cost, 0) else 0 end)
            as gross_profit
    from lines
    group by site_key, close_business_date
),

reported as (
    select
        site_key,
        business_date,
        total_sales - parts_cost - coalesce(labor_cost, 0) - sublet_cost as gross_profit
    from {{ ref('sales_summary_wide') }}
),

per_day as (
    select
        {{ tieout.compared(
            site_key='profits.site_key', business_date='profits.close_business_date', document="'the day'",
            aspect="'gross profit'", expected='profits.gross_profit', actual='reported.gross_profit', severity="'W'",
            said="'The orders of the day leave a gross profit of ' || cast(profits.gross_profit as varchar) "
            ~ "|| '; the sales summary says ' || coalesce(cast(reported.gross_profit as varchar), 'nothing') || '.'"
        ) }}
    from profits
    left join reported
        on profits.site_key = reported.site_key and profits.close_business_date = reported.business_date
),

final as (
    select * from costs
    union all
    select * from signs
    union all
    select * from outliers
    union all
    select * from per_day
)

select * from final
