{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Labor lines of closed orders: the shares that the source states are the whole line; what technicians are credited
-- with is the line; and per day, technicians and Unassigned together are the shop's labor.
with orders as (
    select ro_key, site_key, close_business_date, ro_number, labor_sales
    from {{ ref('fct_repair_order') }}
    where is_sale
),

lines as (
    select
        lines_of.ro_line_key,
        lines_of.ro_key,
        orders.site_key,
        orders.close_business_date,
        lines_of.technician_ids,
        lines_of.extended_net,
        lines_of.hours_billed,
        'RO ' || orders.ro_number || ' line ' || lines_of.source_entity_id as document
    from {{ ref('fct_ro_line') }} as lines_of
    inner join orders on lines_of.ro_key = orders.ro_key
    where lines_of.sales_class = 'labor'
),

members as (
    select ro_line_key, {{ tieout.unnest_list('technician_ids') }} as member
    from lines
    where technician_ids like '%:%'
),

stated as (
    select
        ro_line_key,
        count(*) as technicians,
        sum(cast(nullif(split_part(member, ':', 2), '') as decimal(9, 6))) as share
    from members
    group by ro_line_key
),

credited as (
    select
        ro_line_key,
        sum(share) as share,
        sum(labor_sales_alloc) as labor_sales,
        sum(hours_billed_alloc) as hours_billed
    from {{ ref('fct_ro_line_tech') }}
    group by ro_line_key
),

-- a source that rounds shares to two decimals is off by half a hundredth per technician
shares as (
    select
        {{ tieout.compared(
            site_key='lines.site_key', business_date='lines.close_business_date', drill_key='lines.ro_line_key',
            document='lines.document', aspect="'share'", expected='1', actual='stated.share',
            tolerance='stated.technicians * 0.005', severity="'W'",
            said="'The technicians of ' || lines.document || ' have ' || coalesce(cast(cast(stated.share * 100 as "
            ~ "decimal(14, 2)) as varchar), 'no') || ' percent of it, not 100: ' || lines.technician_ids || '.'"
        ) }}
    from lines
    inner join stated on lines.ro_line_key = stated.ro_line_key
),

allocations as (
    {% for aspect, expected, actual, tolerance in [
        ('credited share', '1', 'share', '0.0001'), ('labor', 'lines.extended_net', 'labor_sales', '0'),
        ('hours', 'coalesce(lines.hours_billed, 0)', 'hours_billed', '0')
    ] -%}
    select
        {{ tieout.compared(
            site_key='lines.site_key', business_date='lines.close_business_date', drill_key='lines.ro_line_key',
            document='lines.document', aspect="'" ~ aspect ~ "'", expected=expected, actual='credited.' ~ actual,
            tolerance=tolerance, severity="'W'",
            said="'Technicians are credited with " ~ aspect ~ " of ' || coalesce(cast(credited." ~ actual
            ~ " as varchar), 'nothing') || ' for ' || lines.document || ', which has ' || cast(" ~ expected
            ~ " as varchar) || '.'"
        ) }}
    from lines
    left join credited on lines.ro_line_key = credited.ro_line_key
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

sold as (
    select site_key, close_business_date, sum(labor_sales) as labor_sales
    from orders
    group by site_key, close_business_date
),

worked as (
    select orders.site_key, orders.close_business_date, sum(shares_of.labor_sales_alloc) as labor_sales
    from {{ ref('fct_ro_line_tech') }} as shares_of
    inner join orders on shares_of.ro_key = orders.ro_key
    group by orders.site_key, orders.close_business_date
),

per_day as (
    select
        {{ tieout.compared(
            site_key='sold.site_key', business_date='sold.close_business_date', document="'the day'",
            aspect="'labor of the day'", expected='sold.labor_sales', actual='coalesce(worked.labor_sales, 0)',
            severity="'W'",
            said="'Technicians and Unassigned have ' || cast(coalesce(worked.labor_sales, 0) as varchar) || ' of labor; "
            ~ "the shop has sold ' || cast(sold.labor_sales as varchar) || '.'"
        ) }}
    from sold
    left join worked
        on sold.site_key = worked.site_key and sold.close_business_date = worked.close_business_date
),

final as (
    select * from shares
    union all
    select * from allocations
    union all
    select * from per_day
)

select * from final
