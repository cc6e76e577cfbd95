{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What was bought for an order against what its parts cost; an order for which nothing was bought took from stock.
-- Cores are C-29's: they are in the cost of a part and not in its unit cost.
with purchases as (
    select
        *,
        case when is_return then -1 else 1 end * abs(quantity) * unit_cost as bought
    from {{ ref('fct_purchase_line') }}
    where ro_key is not null and not is_deleted_at_source
),

by_order as (
    select ro_key, sum(bought) as bought, sum(abs(quantity)) as units from purchases group by ro_key
),

parts as (
    select ro_key, sum(coalesce(cost, 0) - coalesce(core_charge, 0)) as cost
    from {{ ref('fct_ro_line') }}
    where line_type = 'part'
    group by ro_key
),

orders as (
    select * from {{ ref('fct_repair_order') }}
),

costs as (
    select
        orders.site_key,
        orders.close_business_date as business_date,
        orders.ro_key,
        orders.ro_number,
        by_order.bought,
        by_order.units,
        coalesce(parts.cost, 0) as cost
    from by_order
    inner join orders on by_order.ro_key = orders.ro_key and orders.is_sale
    left join parts on by_order.ro_key = parts.ro_key
),

-- a shop system that delivers closed orders only does not know those that are worked on
telling as (
    select site_key from orders where status not in ('closed', 'void', 'deleted') group by site_key
),

lost as (
    select
        purchases.*,
        orders.ro_number,
        orders.ro_key is not null and not orders.is_void and not orders.is_deleted_at_source as has_order
    from purchases
    left join orders on purchases.ro_key = orders.ro_key
    left join telling on purchases.site_key = telling.site_key
    where purchases.bought <> 0 and (orders.ro_key is not null or telling.site_key is not null)
),

final as (
    select
        {{ tieout.compared(
            drill_key='ro_key', document="'RO ' || ro_number", aspect="'cost'", expected='bought', actual='cost',
            tolerance='units * 0.005', severity="'W'",
            said="'Parts for ' || cast(cast(bought as decimal(14, 2)) as varchar) || ' were bought for order '"
            ~ " || ro_number || ', and its parts cost ' || cast(cast(cost as decimal(14, 2)) as varchar) || '.'"
        ) }}
    from costs
    union all
    select
        {{ tieout.compared(
            business_date='invoice_date', drill_key='purchase_line_key', document="'purchase ' || purchase_id",
            aspect="'void'", expected='case when has_order then bought else 0 end', actual='bought', severity="'W'",
            said="'Parts for ' || cast(cast(bought as decimal(14, 2)) as varchar) || ' were bought for '"
            ~ " || coalesce('order ' || ro_number || ', which is void or deleted.', 'an order that nobody knows.')"
        ) }}
    from lost
)

select * from final
