{{ config(materialized='view', meta={'computed': 'again'}) }}

-- What settles an order besides money of its day: charges to account, store credit, and advances wherever they were
-- taken.
with tenders as (
    select
        tender_key,
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as settled_ro_key,
        kind,
        kind_origin,
        method,
        amount
    from {{ ref('fct_tender') }}
    where not is_void
    and not is_deleted_at_source
    and (kind in ('ar_charge', 'advance') or (kind = 'final' and method = 'store_credit'))
)

select * from tenders
