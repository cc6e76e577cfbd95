{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        calls.call_key,
        calls.call_id,
        calls.start_ts,
        orders.golden_customer_key,
        orders.ro_key,
        orders.ro_id,
        orders.opened_ts
    from {{ ref('counted_call') }} as calls
    inner join
        {{ tieout.site_options({'first_call_scope': 'varchar', 'conversion_window_days': 'integer'}) }} as options
        on calls.site_key = options.site_key
    inner join {{ ref('caller_customer') }} as customers on calls.from_e164 = customers.phone
    inner join {{ ref('opened_ro') }} as orders on customers.golden_customer_key = orders.golden_customer_key
    where calls.direction = 'in' and not orders.is_refund
    and orders.opened_ts >= calls.start_ts
    and orders.opened_ts <= calls.start_ts + options.conversion_window_days * interval '24 hours'
    and (options.first_call_scope <> 'site' or orders.site_key = calls.site_key)
)

select * from final
