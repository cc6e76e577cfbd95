{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- One row per payment that stands on another day or shop than the sale it pays, on each side, with what can explain it.
with components as (
    select * from {{ ref('tie_part') }}
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
    and to_status not in ('closed', 'void', 'deleted')
    and not is_deleted_at_source
    and ro_key in (select ro_key from orders)
    group by ro_key
),

copies as (
    select tender_key, of_tender_key from {{ ref('tie_copy') }}
    where has_reference
),

-- all that a processor may call an order by: its number, and what its payments were authorized under
names as (
    select ro_key, ro_number as name from orders
    union
    select ro_key, auth_code from {{ ref('fct_tender') }}
    where ro_key in (select ro_key from orders) and auth_code is not null
    union
    select ro_key, processor_txn_id from {{ ref('fct_tender') }}
    where ro_key in (select ro_key from orders) and processor_txn_id is not null
),

disputes as (
    select
        names.ro_key,
        txns.processor_txn_key,
        txns.source_entity_id as dispute_id,
        txns.processed_ts,
        txns.gross,
        row_number() over (
            partition by names.ro_key, abs(txns.gross) order by txns.processed_ts, txns.source_entity_id
        ) as place
    from {{ ref('fct_processor_txn') }} as txns
    inner join names on names.name in (txns.reference, txns.auth_code, txns.source_entity_id)
    inner join orders on names.ro_key = orders.ro_key and txns.site_key = orders.site_key
    where txns.txn_type = 'dispute' and not txns.is_deleted_at_source
    group by names.ro_key, txns.processor_txn_key, txns.source_entity_id, txns.processed_ts, txns.gross
),

-- one dispute takes back one payment: the first of an amount the first, the second the second
given_back as (
    select
        tender_key,
        ro_key,
        amount,
        row_number() over (partition by ro_key, amount order by recorded_ts, source_entity_id) as place
    from tenders
    where amount < 0
),

disputed as (
    select given_back.tender_key, disputes.dispute_id, disputes.processed_ts
    from given_back
    inner join disputes
        on given_back.ro_key = disputes.ro_key
        and given_back.amount = -abs(disputes.gross)
        and given_back.place = disputes.place
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
        tenders.taken_by_key,
        copies.of_tender_key as copy_of_tender_key,
        disputed.dispute_id,
        disputed.processed_ts as disputed_ts,
        orders.ro_number,
        orders.site_key as order_site_key,
        orders.status as order_status,
        orders.is_sale,
        orders.is_void,
        orders.grand_total,
        orders.updated_by,
        orders.close_business_date,
        orders.close_recorded_date,
        orders.recorded_ts as order_recorded_ts,
        coalesce(orders.reopen_count, 0) + coalesce(reopened.reopen_events, 0) as times_reopened,
        earlier_closes.ro_key is not null as closed_before_on_that_day
    from components
    inner join tenders on components.tender_key = tenders.tender_key
    left join orders on tenders.ro_key = orders.ro_key
    left join copies on components.tender_key = copies.tender_key
    left join disputed on components.tender_key = disputed.tender_key
    left join reopened on tenders.ro_key = reopened.ro_key
    left join earlier_closes
        on tenders.ro_key = earlier_closes.ro_key
        and tenders.business_date = earlier_closes.close_business_date
)

select * from final
