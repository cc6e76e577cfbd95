{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_tender'}
) }}

-- depends_on: {{ ref('touched_before') }}
-- depends_on: {{ ref('fct_tender_superseded') }}
with tenders as (
    select * from {{ ref('int_tender_current') }}
    where {{ tieout.only_touched('incoming_tender') }}
),

orders as (
    select ro_key, close_business_date, is_sale
    from {{ ref('fct_repair_order') }}
),

-- a source that does not label its payments: the dates say what they are (REPORTS 6.7)
labelled as (
    select
        tenders.tender_key, tenders.document_key, tenders.version, tenders.source_order,
        tenders.source_row_hash, tenders.is_deleted_at_source, tenders._connection, tenders.site_key,
        tenders.source_connection_key, tenders.source_entity_id, tenders.ro_key, tenders.applied_to_ro_key,
        tenders.customer_id, tenders.method, tenders.method_name, tenders.amount, tenders.recorded_ts,
        tenders.recorded_business_date, tenders.reference, tenders.auth_code, tenders.processor_txn_id,
        tenders.taken_by_id, tenders.is_void, tenders.voids_tender_key,
        coalesce(
            tenders.kind,
            case
                when tenders.ro_key is null then 'ar_payment'
                when orders.close_business_date is null or not orders.is_sale then 'advance'
                when coalesce(tenders.business_date, tenders.recorded_business_date) < orders.close_business_date
                    then 'advance'
                when coalesce(tenders.business_date, tenders.recorded_business_date) = orders.close_business_date
                    then 'final'
                else 'ar_payment'
            end
        ) as kind,
        coalesce(tenders.business_date, tenders.recorded_business_date) as business_date,
        case when tenders.kind is null then 'derived' else 'source' end as kind_origin
    from tenders
    left join orders on tenders.ro_key = orders.ro_key
),

delivered as (
    select
        tender_key,
        document_key,
        version,
        source_order,
        source_row_hash,
        is_deleted_at_source,
        site_key,
        source_connection_key,
        source_entity_id,
        ro_key,
        applied_to_ro_key,
        {{ tieout.ref_key('_connection', 'customer_id') }} as customer_key,
        kind,
        kind_origin,
        method,
        method_name,
        amount,
        business_date,
        recorded_ts,
        recorded_business_date,
        reference,
        auth_code,
        processor_txn_id,
        {{ tieout.ref_key('_connection', 'taken_by_id') }} as taken_by_key,
        is_void,
        voids_tender_key
    from labelled
),

-- the first version with the present close date: what was owed when the order was closed
closed_versions as (
    select
        versions.ro_key,
        versions.source_order,
        coalesce(versions.header_total, versions.grand_total) as billed
    from {{ ref('fct_repair_order_superseded') }} as versions
    inner join {{ ref('deriving_ro') }} as deriving on versions.ro_key = deriving.ro_key
    where versions.status = 'closed' and versions.close_business_date = deriving.close_business_date
    union all
    select ro_key, source_order, billed from {{ ref('deriving_ro') }}
),

first_closed as (
    select ro_key, {{ tieout.first_of('billed', 'source_order') }} as billed
    from closed_versions
    group by ro_key
),

-- what the source put on account itself is no longer owed: it stands beside the payments as a charge already
settled_by_close as (
    select delivered.ro_key, sum(delivered.amount) as amount
    from delivered
    inner join {{ ref('deriving_ro') }} as deriving on delivered.ro_key = deriving.ro_key
    where not delivered.is_void and not delivered.is_deleted_at_source
    and delivered.kind in ('advance', 'final', 'ar_charge')
    group by delivered.ro_key
),

owed as (
    select
        deriving.ro_key, deriving.version, deriving.source_order, deriving.source_row_hash, deriving.site_key,
        deriving.source_connection_key, deriving.source_entity_id, deriving.customer_key,
        deriving.close_business_date, deriving.recorded_ts,
        first_closed.billed,
        {{ tieout.money('first_closed.billed - coalesce(settled_by_close.amount, 0)') }} as charge
    from {{ ref('deriving_ro') }} as deriving
    inner join first_closed on deriving.ro_key = first_closed.ro_key
    left join settled_by_close on deriving.ro_key = settled_by_close.ro_key
),

derived as (
    select
        {{ tieout.source_key(['ro_key', "'derived_charge'"]) }} as tender_key,
        ro_key as document_key,
        version,
        source_order,
        source_row_hash,
        false as is_deleted_at_source,
        site_key,
        source_connection_key,
        source_entity_id,
        ro_key,
        cast(null as uuid) as applied_to_ro_key,
        customer_key,
        'ar_charge' as kind,
        'derived' as kind_origin,
        'ar' as method,
        'ar' as method_name,
        charge as amount,
        close_business_date as business_date,
        recorded_ts,
        cast(null as date) as recorded_business_date,
        cast(null as varchar) as reference,
        cast(null as varchar) as auth_code,
        cast(null as varchar) as processor_txn_id,
        cast(-1 as bigint) as taken_by_key,
        false as is_void,
        cast(null as uuid) as voids_tender_key
    from owed
    -- never more than was billed and never against its sign: what is over is over-tendered, not charged
    where charge <> 0 and sign(charge) = sign(billed) and abs(charge) <= abs(billed)
),

final as (
    select * from delivered
    union all
    select * from derived
)

select * from final
