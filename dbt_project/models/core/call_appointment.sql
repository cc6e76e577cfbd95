{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select distinct
        calls.call_key,
        customers.golden_customer_key
    from {{ ref('inbound_call') }} as calls
    inner join {{ ref('caller_customer') }} as customers on calls.from_e164 = customers.phone
    inner join {{ ref('bridge_customer_source') }} as cards
        on customers.golden_customer_key = cards.golden_customer_key
    inner join {{ ref('fct_appointment') }} as appointments on cards.customer_key = appointments.customer_key
    where not appointments.is_deleted_at_source
    and appointments.created_ts >= calls.start_ts
    and appointments.created_ts <= calls.window_end_ts
)

select * from final
