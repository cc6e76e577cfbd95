{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with visits as (
    select
        calls.call_key,
        orders.golden_customer_key,
        max(orders.opened_ts) as opened_ts,
        max(orders.open_business_date) as last_visit_d,
        max(case when orders.in_shop_until_ts > calls.start_ts then 1 else 0 end) as orders_in_shop
    from {{ ref('counted_call') }} as calls
    inner join {{ ref('caller_customer') }} as customers on calls.from_e164 = customers.phone
    inner join {{ ref('opened_ro') }} as orders on customers.golden_customer_key = orders.golden_customer_key
    where calls.direction = 'in' and orders.opened_ts <= calls.start_ts
    group by calls.call_key, orders.golden_customer_key
),

-- of several customers with that number, the one who came last
ranked as (
    select
        *,
        row_number() over (partition by call_key order by opened_ts desc, golden_customer_key asc) as place
    from visits
),

final as (
    select call_key, golden_customer_key, last_visit_d, orders_in_shop > 0 as has_open_ro
    from ranked
    where place = 1
)

select * from final
