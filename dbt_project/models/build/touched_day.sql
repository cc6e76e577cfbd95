{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('fct_repair_order') }}
-- depends_on: {{ ref('fct_tender') }}
-- depends_on: {{ ref('touched_before') }}
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
)
{% else %}
with days as (
    select site_key, business_date from {{ ref('touched_before') }} where false
)
{% endif %}

select * from days
