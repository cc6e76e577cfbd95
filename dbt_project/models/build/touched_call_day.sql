{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('fct_call') }}
-- depends_on: {{ ref('incoming_call') }}
-- depends_on: {{ ref('touched_call_before') }}
-- Days before and days now of the calls that changed.
{% if is_incremental() %}
with days as (
    select site_key, business_date from {{ ref('touched_call_before') }}
    union
    select site_key, start_business_date as business_date
    from {{ ref('fct_call') }}
    where call_key in (select call_key from {{ ref('incoming_call') }})
)
{% else %}
with days as (
    select site_key, business_date from {{ ref('touched_call_before') }} where false
)
{% endif %}

select * from days
