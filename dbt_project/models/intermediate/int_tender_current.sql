{{ config(materialized='view') }}

-- Newest version of every payment that this build takes in: payments of their own by key, payments that come inside a
-- repair order by that order's version.
with own as (
    select *, tender_key as _key, source_order as _order
    from {{ ref('int_tender') }}
    where document_key is null
),

newest as (
    {{ tieout.newest('own', entity='tender') }}
),

inside as (
    select tenders.*, tenders.tender_key as _key, tenders.source_order as _order
    from {{ ref('int_tender') }} as tenders
    inner join {{ ref('incoming_ro') }} as documents on tenders.version = documents.version
),

current_tenders as (
    select * from newest
    union all
    select * from inside
),

final as (
    select
        tender_key, version, source_order, source_row_hash, is_deleted_at_source, document_key, _connection,
        site_key, source_connection_key, source_entity_id, ro_key, applied_to_ro_key, customer_id, kind, method,
        method_name, amount, recorded_business_date, business_date, recorded_ts, reference, auth_code,
        processor_txn_id, taken_by_id, is_void, voids_tender_key, updated_ts
    from current_tenders
)

select * from final
