{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        numbers.phone,
        numbers.golden_customer_key,
        min(numbers.first_seen_ts) as first_seen_ts
    from {{ ref('bridge_customer_phone') }} as numbers
    inner join {{ ref('dim_customer') }} as cards on numbers.customer_key = cards.customer_key
    where numbers.phone is not null and not cards.is_deleted_at_source
    and numbers.phone not in (select phone from {{ ref('cfg_phone_ignore') }})
    group by numbers.phone, numbers.golden_customer_key
)

select * from final
