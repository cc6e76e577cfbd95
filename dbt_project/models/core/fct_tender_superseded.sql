{{ config(
    materialized='incremental', incremental_strategy='delete+insert', unique_key='tender_version_key'
) }}

-- depends_on: {{ ref('incoming_tender') }}
-- depends_on: {{ ref('touched_before') }}
with arrived as (
    select * from {{ ref('int_tender') }}
),

kept as (
    select tender_key, version from {{ ref('int_tender_current') }}
    {% if is_incremental() %}
    where tender_key in (select tender_key from {{ ref('incoming_tender') }})
    union all
    select tender_key, version from {{ tieout.stored('core', 'fct_tender') }}
    where tender_key in (select tender_key from arrived)
    {% endif %}
),

older as (
    select arrived.*
    from arrived
    left join kept on arrived.tender_key = kept.tender_key and arrived.version = kept.version
    where kept.tender_key is null
),

versions as (
    select
        tender_key, version, ro_key, site_key, source_order, kind, method, method_name, amount,
        coalesce(business_date, recorded_business_date) as business_date,
        recorded_ts, is_void, is_deleted_at_source
    from older
    {% if is_incremental() %}
    union all
    select
        replaced.tender_key, replaced.version, replaced.ro_key, replaced.site_key, replaced.source_order,
        -- as it was delivered: a derived kind is of today, and a derived charge is no version of anything
        case when replaced.kind_origin = 'source' then replaced.kind end as kind,
        replaced.method, replaced.method_name, replaced.amount, replaced.business_date, replaced.recorded_ts,
        replaced.is_void, replaced.is_deleted_at_source
    from {{ tieout.stored('core', 'fct_tender') }} as replaced
    left join {{ ref('int_tender_current') }} as incoming
        on replaced.tender_key = incoming.tender_key and replaced.version = incoming.version
    where replaced.tender_key in (select tender_key from {{ ref('incoming_tender') }})
    and not (replaced.kind = 'ar_charge' and replaced.kind_origin = 'derived')
    and incoming.tender_key is null
    {% endif %}
),

final as (
    select {{ tieout.source_key(['tender_key', 'version']) }} as tender_version_key, *
    from versions
)

select * from final
