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
    select tenders.*
    from {{ ref('int_tender') }} as tenders
    inner join {{ ref('incoming_ro') }} as documents on tenders.version = documents.version
),

current_tenders as (
    select * exclude (_key, _order) from newest
    union all
    select * from inside
)

select * from current_tenders
