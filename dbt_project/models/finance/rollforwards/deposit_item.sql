{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Every advance as an item of the customers' money that a shop holds: taken on a day, and gone when the order that it
-- was applied to, else its own, is a sale. Of balances at the start, those of an order that no payment stands for; a
-- balance that names no order is proven by the advances that were open, or by nothing.
with opening as (
    select * from {{ ref('fct_opening_balance') }}
    where account = 'customer_deposits' and ro_key is not null and not is_deleted_at_source
),

advances as (
    select
        tender_key,
        site_key,
        source_entity_id,
        coalesce(applied_to_ro_key, ro_key) as order_key,
        amount,
        business_date
    from {{ ref('fct_tender') }}
    where kind = 'advance' and not is_void and not is_deleted_at_source
),

known as (
    select opening.opening_balance_key
    from opening
    inner join advances
        on opening.ro_key = advances.order_key and opening.business_date >= advances.business_date
    group by opening.opening_balance_key
),

items as (
    select
        tender_key as item_key,
        site_key,
        'payment ' || source_entity_id as document,
        order_key,
        amount,
        business_date
    from advances
    union all
    select opening_balance_key, site_key, 'opening balance', ro_key, amount, business_date
    from opening
    where amount <> 0 and opening_balance_key not in (select opening_balance_key from known)
),

final as (
    select
        items.item_key,
        items.site_key,
        items.document,
        items.amount,
        items.business_date as taken_date,
        items.order_key,
        orders.ro_number,
        orders.site_key as order_site_key,
        case when orders.is_sale then orders.close_business_date end as applied_date,
        case
            when items.order_key is null then 'none'
            when orders.ro_key is null then 'unknown'
            when orders.is_deleted_at_source then 'deleted'
            when orders.is_sale then 'closed'
            when orders.is_void then 'void'
            else 'open'
        end as order_state
    from items
    left join {{ ref('fct_repair_order') }} as orders on items.order_key = orders.ro_key
)

select * from final
