{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- One row per payment that stands on another day or shop than the sale it pays, on each side, with what can explain it.
with components as (
    select *
    from {{ ref('tie_component') }}
    where component in ('paid_in', 'paid_out')
    and {{ tieout.only_touched('touched_day') }}
),

tenders as (
    select * from {{ ref('fct_tender') }}
    where tender_key in (select tender_key from components)
),

orders as (
    select * from {{ ref('fct_repair_order') }}
    where ro_key in (select ro_key from tenders)
),

-- days on which the order was closed before: by its versions, and by the events that say so
earlier_closes as (
    select versions.ro_key, versions.close_business_date
    from {{ ref('fct_repair_order_superseded') }} as versions
    where versions.status = 'closed' and versions.ro_key in (select ro_key from orders)
    group by versions.ro_key, versions.close_business_date
),

reopened as (
    select ro_key, count(*) as reopen_events
    from {{ ref('fct_ro_status_event') }}
    where from_status = 'closed'
    and to_status in ('open', 'on_hold', 'finished')
    and ro_key in (select ro_key from orders)
    group by ro_key
),

final as (
    select
        components.site_key,
        components.business_date,
        components.component,
        components.tie_key,
        components.tender_key,
        components.delta,
        tenders.ro_key,
        tenders.site_key as tender_site_key,
        tenders.business_date as tender_business_date,
        tenders.recorded_ts,
        tenders.recorded_business_date,
        cast(tenders.recorded_ts as date) as recorded_utc_date,
        tenders.method,
        tenders.source_entity_id as tender_id,
        orders.ro_number,
        orders.site_key as order_site_key,
        orders.status as order_status,
        orders.is_sale,
        orders.is_void,
        orders.close_business_date,
        orders.recorded_ts as order_recorded_ts,
        coalesce(orders.reopen_count, 0) + coalesce(reopened.reopen_events, 0) as times_reopened,
        earlier_closes.ro_key is not null as closed_before_on_that_day
    from components
    inner join tenders on components.tender_key = tenders.tender_key
    left join orders on tenders.ro_key = orders.ro_key
    left join reopened on tenders.ro_key = reopened.ro_key
    left join earlier_closes
        on tenders.ro_key = earlier_closes.ro_key
        and tenders.business_date = earlier_closes.close_business_date
)

select * from final
