{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('incoming_ro') }}
-- depends_on: {{ ref('int_tender') }}
-- Tender keys whose stored row is replaced. A full rebuild replaces all of them and needs no list.
{% if is_incremental() %}
with own as (
    select
        tender_key as _key,
        source_order as _order,
        site_key,
        coalesce(business_date, recorded_business_date) as business_date
    from {{ ref('int_tender') }}
    where document_key is null
),

newest as (
    {{ tieout.newest('own') }}
),

arrived as (
    select newest._key as tender_key, newest.site_key, newest.business_date
    from newest
    left join {{ tieout.stored('core', 'fct_tender') }} as stored_tender on newest._key = stored_tender.tender_key
    where stored_tender.tender_key is null or stored_tender.source_order <= newest._order
),

-- payments that come inside a repair order live and die with its version, derived charges too
of_documents as (
    select
        tenders.tender_key,
        tenders.site_key,
        coalesce(tenders.business_date, tenders.recorded_business_date) as business_date
    from {{ ref('int_tender') }} as tenders
    inner join {{ ref('incoming_ro') }} as documents on tenders.version = documents.version
    union
    select stored_tender.tender_key, stored_tender.site_key, stored_tender.business_date
    from {{ tieout.stored('core', 'fct_tender') }} as stored_tender
    inner join {{ ref('incoming_ro') }} as documents on stored_tender.document_key = documents.ro_key
    union
    select
        {{ tieout.source_key(['ro_key', "'derived_charge'"]) }} as tender_key, site_key, close_business_date
            as business_date
    from {{ ref('incoming_ro') }}
),

keys as (
    select tender_key, site_key, business_date from arrived
    union
    select tender_key, site_key, business_date from of_documents
)
{% else %}
with keys as (
    select tender_key, site_key, business_date
    from {{ ref('int_tender') }}
    where false
)
{% endif %}

select * from keys
