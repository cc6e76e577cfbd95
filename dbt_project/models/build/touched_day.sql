{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('fct_processor_txn') }}
-- depends_on: {{ ref('fct_repair_order') }}
-- depends_on: {{ ref('fct_tender') }}
-- depends_on: {{ ref('touched_before') }}
-- depends_on: {{ ref('touched_fact') }}
-- depends_on: {{ ref('touched_ro') }}
-- Days before and days now: the reports rebuild both.
{% if is_incremental() %}
with days as (
    select site_key, business_date from {{ ref('touched_before') }}
    union
    select site_key, close_business_date as business_date
    from {{ ref('fct_repair_order') }}
    where close_business_date is not null and ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, void_business_date as business_date
    from {{ ref('fct_repair_order') }}
    where void_business_date is not null and ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, business_date
    from {{ ref('fct_tender') }}
    where business_date is not null and coalesce(ro_key, tender_key) in (select tie_key from {{ ref('touched_ro') }})
    union
    select site_key, business_date
    from {{ ref('fct_tender') }}
    where business_date is not null and applied_to_ro_key in (select tie_key from {{ ref('touched_ro') }})
    union
    -- a processor's dispute is evidence of money given back; its amount and shop never change, so it is found as it is
    select tenders.site_key, tenders.business_date
    from {{ ref('fct_tender') }} as tenders
    inner join {{ ref('fct_processor_txn') }} as txns
        on tenders.site_key = txns.site_key and tenders.amount = -abs(txns.gross)
    where tenders.amount < 0
    and tenders.business_date is not null
    and txns.txn_type = 'dispute'
    and txns.processor_txn_key in (select fact_key from {{ ref('touched_fact') }} where entity = 'processor_txn')
)
{% else %}
with days as (
    select site_key, business_date from {{ ref('touched_before') }} where false
)
{% endif %}

select * from days
