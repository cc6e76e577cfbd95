{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- One row per payment that stands on another day or shop than the sale it pays, on each side, with what can explain it.
with all_components as (
    select * from {{ ref('tie_component') }}
    where {{ tieout.only_touched('touched_day') }}
),

-- terms of one order that cancel out on one day are no break (REPORTS 6.3)
moved as (
    select site_key, business_date, tie_key
    from all_components
    group by site_key, business_date, tie_key
    having sum(delta) <> 0
),

components as (
    select all_components.*
    from all_components
    inner join moved
        on all_components.site_key = moved.site_key
        and all_components.business_date = moved.business_date
        and all_components.tie_key = moved.tie_key
    where all_components.component in ('paid_in', 'paid_out')
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
    and to_status not in ('closed', 'void', 'deleted')
    and not is_deleted_at_source
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
        tenders.amount,
        tenders.source_entity_id as tender_id,
        orders.ro_number,
        orders.site_key as order_site_key,
        orders.status as order_status,
        orders.is_sale,
        orders.is_void,
        orders.close_business_date,
        orders.close_recorded_date,
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
