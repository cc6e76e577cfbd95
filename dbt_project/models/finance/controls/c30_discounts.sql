{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Discounts of closed orders: each one of a whole order says what it is for; an order is not discounted beyond the cap
-- unless its audit log has an approval; and per day the lines come to what the report prints as memo. Discounts of
-- single lines have no reason of their own in any source, and count towards the cap.
with orders as (
    select
        orders_of.ro_key,
        orders_of.site_key,
        orders_of.close_business_date,
        orders_of.ro_number,
        coalesce(options.discount_cap, 0.25) as discount_cap
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ tieout.site_options({'discount_cap': 'decimal(9, 4)'}) }} as options
        on orders_of.site_key = options.site_key
    where orders_of.is_sale
),

lines as (
    select
        lines_of.*,
        orders.close_business_date,
        orders.ro_number,
        orders.discount_cap,
        lines_of.sales_class in ('part', 'labor', 'sublet', 'other', 'allocated') as is_sold
    from {{ ref('fct_ro_line') }} as lines_of
    inner join orders on lines_of.ro_key = orders.ro_key
),

-- what the audit log of an order says of its discounts: who gave one last, and whether anybody approved
audits as (
    select
        ro_key,
        count(*) filter (where lower(action) in ('approve', 'approved', 'override')) > 0 as is_approved,
        {{ tieout.last_of(
            "case when lower(action) = 'discount' or lower(field) like '%discount%' then user_name end", 'event_ts'
        ) }} as given_by
    from {{ ref('fct_audit_event') }}
    where not is_deleted_at_source and ro_key is not null
    group by ro_key
),

-- a system that never says what a discount is for leaves nothing to compare
reasoning as (
    select source_connection_key
    from {{ ref('fct_ro_line') }}
    where line_type in ('discount', 'coupon', 'package_discount') and trim(description) <> ''
    group by source_connection_key
),

reasons as (
    select
        {{ tieout.compared(
            site_key='lines.site_key', business_date='lines.close_business_date', drill_key='lines.ro_line_key',
            document="'RO ' || lines.ro_number", aspect="'reason'", expected='1',
            actual="case when trim(lines.description) <> '' then 1 end", severity="'W'",
            said="'RO ' || lines.ro_number || ' has a ' || replace(lines.line_type, '_', ' ') || ' of ' "
            ~ "|| cast(-lines.memo_amount as varchar) || coalesce(' by ' || audits.given_by, '') || ' without a reason.'"
        ) }}
    from lines
    inner join reasoning on lines.source_connection_key = reasoning.source_connection_key
    left join audits on lines.ro_key = audits.ro_key
    where lines.line_type in ('discount', 'coupon', 'package_discount')
),

given as (
    select
        ro_key,
        site_key,
        close_business_date,
        ro_number,
        abs(sum(line_discount + ro_discount)) as discount,
        abs(sum(extended_gross)) as price,
        cast(abs(sum(extended_gross)) * min(discount_cap) as decimal(14, 2)) as allowed
    from lines
    where is_sold
    group by ro_key, site_key, close_business_date, ro_number
    having sum(line_discount + ro_discount) <> 0
),

caps as (
    select
        {{ tieout.compared(
            site_key='given.site_key', business_date='given.close_business_date', drill_key='given.ro_key',
            document="'RO ' || given.ro_number", aspect="'cap'",
            expected='case when audits.is_approved then given.discount else least(given.discount, given.allowed) end',
            actual='given.discount', severity="'W'",
            said="'RO ' || given.ro_number || ' is discounted by ' || cast(given.discount as varchar) || ' of ' "
            ~ "|| cast(given.price as varchar) || coalesce(' by ' || audits.given_by, '') "
            ~ "|| '; without approval ' || cast(given.allowed as varchar) || ' are allowed.'"
        ) }}
    from given
    left join audits on given.ro_key = audits.ro_key
),

sums as (
    select
        site_key,
        close_business_date,
        sum(memo_amount) - sum(case when is_sold then line_discount else 0 end) as discounts
    from lines
    group by site_key, close_business_date
),

reported as (
    select
        site_key,
        business_date,
        discounts + coupons + package_discounts + package_adds as discounts
    from {{ ref('sales_summary_wide') }}
),

memos as (
    select
        {{ tieout.compared(
            site_key='sums.site_key', business_date='sums.close_business_date', document="'the day'", aspect="'memo'",
            expected='sums.discounts', actual='reported.discounts', severity="'W'",
            said="'The discounts of the day are ' || cast(sums.discounts as varchar) || '; the sales summary prints ' "
            ~ "|| coalesce(cast(reported.discounts as varchar), 'nothing') || '.'"
        ) }}
    from sums
    left join reported on sums.site_key = reported.site_key and sums.close_business_date = reported.business_date
),

final as (
    select * from reasons
    union all
    select * from caps
    union all
    select * from memos
)

select * from final
