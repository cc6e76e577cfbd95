{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Dates that cannot be, and those that somebody chose: an order closed before it was opened, a payment before its
-- order, a day that had not come when it was recorded, and what was dated back. Told on the day that the document
-- counts on; of a day that had not come, on the day on which it was recorded.
with orders as (
    select
        orders_of.ro_key,
        orders_of.site_key,
        orders_of.ro_number,
        orders_of.status,
        orders_of.open_business_date,
        orders_of.close_recorded_date,
        case when orders_of.status = 'closed' then orders_of.close_business_date end as close_business_date,
        case
            when orders_of.status = 'closed' and orders_of.close_ts < orders_of.open_ts
                then {{ tieout.ratio(tieout.seconds_between('orders_of.close_ts', 'orders_of.open_ts'), '86400') }}
        end as early_by_clock,
        cast(
            {{ tieout.wall_clock('orders_of.recorded_ts', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        ) as recorded_date
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ ref('dim_site') }} as sites on orders_of.site_key = sites.site_key
    where not orders_of.is_deleted_at_source and orders_of.status not in ('estimate', 'scheduled', 'deleted')
),

payments as (
    select
        tenders.tender_key,
        tenders.site_key,
        tenders.business_date,
        tenders.source_entity_id,
        orders.ro_number,
        orders.open_business_date,
        tenders.recorded_business_date,
        coalesce(tenders.recorded_business_date, moments.as_of_date) as recorded_date
    from {{ ref('fct_tender') }} as tenders
    left join orders on tenders.ro_key = orders.ro_key
    left join {{ ref('reporting_moment') }} as moments on tenders.site_key = moments.site_key
    where not tenders.is_void
    and not tenders.is_deleted_at_source
    and not (tenders.kind = 'ar_charge' and tenders.kind_origin = 'derived')
),

closes as (
    select
        {{ tieout.compared(
            business_date='greatest(open_business_date, close_business_date)', drill_key='ro_key',
            document="'RO ' || ro_number", aspect="'open before close'", expected='0', severity="'W'",
            actual="case when open_business_date > close_business_date then open_business_date - close_business_date "
            ~ "when open_business_date = close_business_date then coalesce(early_by_clock, 0) else 0 end",
            said="'RO ' || ro_number || ' was closed on ' || cast(close_business_date as varchar) "
            ~ "|| ', before it was opened on ' || cast(open_business_date as varchar) || '.'"
        ) }}
    from orders
    where open_business_date is not null and close_business_date is not null
),

closed_back as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'back-dated'", expected='0', severity="'W'",
            actual='greatest(close_recorded_date - close_business_date, 0)',
            said="'RO ' || ro_number || ' counts on ' || cast(close_business_date as varchar) || ' and was closed on ' "
            ~ "|| cast(close_recorded_date as varchar) || '.'"
        ) }}
    from orders
    where close_business_date is not null and close_recorded_date is not null
),

order_days as (
    select
        *,
        coalesce(close_business_date, open_business_date) as dated,
        coalesce(case when close_business_date is not null then close_recorded_date end, recorded_date) as known_date
    from orders
),

orders_ahead as (
    select
        {{ tieout.compared(
            business_date='least(dated, known_date)', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'future'", expected='0', actual='greatest(dated - known_date, 0)', severity="'W'",
            said="'RO ' || ro_number || ' is dated ' || cast(dated as varchar) || ', which had not come on ' "
            ~ "|| cast(known_date as varchar) || ' when it was written.'"
        ) }}
    from order_days
    where dated is not null and known_date is not null
),

paid_early as (
    select
        {{ tieout.compared(
            drill_key='tender_key', document="'payment ' || source_entity_id", aspect="'order before payment'",
            expected='0', actual='greatest(open_business_date - business_date, 0)', severity="'W'",
            said="'Payment ' || source_entity_id || ' is of ' || cast(business_date as varchar) || '; RO ' || ro_number "
            ~ "|| ' was opened on ' || cast(open_business_date as varchar) || '.'"
        ) }}
    from payments
    where open_business_date is not null
),

paid_back as (
    select
        {{ tieout.compared(
            drill_key='tender_key', document="'payment ' || source_entity_id", aspect="'back-dated'", expected='0',
            actual='greatest(recorded_business_date - business_date, 0)', severity="'W'",
            said="'Payment ' || source_entity_id || ' counts on ' || cast(business_date as varchar) "
            ~ "|| ' and was recorded on ' || cast(recorded_business_date as varchar) || '.'"
        ) }}
    from payments
    where recorded_business_date is not null
),

paid_ahead as (
    select
        {{ tieout.compared(
            business_date='least(business_date, recorded_date)', drill_key='tender_key',
            document="'payment ' || source_entity_id", aspect="'future'", expected='0',
            actual='greatest(business_date - recorded_date, 0)', severity="'W'",
            said="'Payment ' || source_entity_id || ' is dated ' || cast(business_date as varchar) "
            ~ "|| ', which had not come on ' || cast(recorded_date as varchar) || ' when it was recorded.'"
        ) }}
    from payments
),

final as (
    select * from closes
    union all
    select * from closed_back
    union all
    select * from orders_ahead
    union all
    select * from paid_early
    union all
    select * from paid_back
    union all
    select * from paid_ahead
)

select * from final
