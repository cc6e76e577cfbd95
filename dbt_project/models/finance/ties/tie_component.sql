{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_ro'}
) }}

-- What keeps a day from tying, per repair order or payment: the three terms of REPORTS 6.2, signed as they move
-- Payments Total minus Total Sales and Other. Only terms that are not zero.
with orders as (
    select ro_key, site_key, close_business_date, grand_total
    from {{ ref('fct_repair_order') }}
    where is_sale
),

tenders as (
    select *
    from {{ ref('fct_tender') }}
    where not is_void and not is_deleted_at_source
),

settlements as (
    select
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as ro_key,
        sum(amount) as settled
    from tenders
    where kind in ('final', 'ar_charge', 'advance')
    group by 1
),

gaps as (
    select
        orders.ro_key as tie_key,
        orders.site_key,
        orders.close_business_date as business_date,
        'gap' as component,
        cast(null as uuid) as tender_key,
        orders.ro_key,
        coalesce(settlements.settled, 0) - orders.grand_total as delta
    from orders
    left join settlements on orders.ro_key = settlements.ro_key
    where {{ tieout.only_touched('touched_ro', ['orders.ro_key']) }}
),

finals as (
    select
        tenders.tender_key,
        coalesce(tenders.ro_key, tenders.tender_key) as tie_key,
        orders.ro_key,
        tenders.site_key,
        tenders.business_date,
        tenders.amount,
        orders.site_key as order_site_key,
        orders.close_business_date,
        orders.ro_key is not null
        and orders.site_key = tenders.site_key
        and orders.close_business_date = tenders.business_date as is_at_home
    from tenders
    left join orders on tenders.ro_key = orders.ro_key
    where tenders.kind = 'final'
    and tenders.method <> 'store_credit'
    and {{ tieout.only_touched('touched_ro', ['coalesce(tenders.ro_key, tenders.tender_key)']) }}
),

paid_in as (
    select tie_key, site_key, business_date, 'paid_in' as component, tender_key, ro_key, amount as delta
    from finals
    where not is_at_home
),

paid_out as (
    select tie_key, order_site_key, close_business_date, 'paid_out' as component, tender_key, ro_key, -amount as delta
    from finals
    where not is_at_home and ro_key is not null
),

components as (
    select * from gaps
    union all
    select * from paid_in
    union all
    select * from paid_out
),

final as (
    select tie_key, site_key, business_date, component, tender_key, ro_key, {{ tieout.money('delta') }} as delta
    from components
    where delta <> 0
)

select * from final
