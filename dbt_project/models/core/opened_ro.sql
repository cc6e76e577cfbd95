{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with orders as (
    select
        orders_of.*,
        sites.iana_tz,
        coalesce(customers.golden_customer_key, orders_of.customer_key) as golden_customer_key
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ ref('dim_site') }} as sites on orders_of.site_key = sites.site_key
    left join {{ ref('bridge_customer_source') }} as customers on orders_of.customer_key = customers.customer_key
    where not orders_of.is_void and not orders_of.is_deleted_at_source and orders_of.customer_key <> -1
),

-- an order of which the source tells the day alone stands at the end of it: who called that day called before
final as (
    select
        ro_key,
        site_key,
        golden_customer_key,
        source_entity_id as ro_id,
        ro_number,
        coalesce(open_ts, {{ tieout.instant('cast(open_business_date + 1 as timestamp)', 'iana_tz') }}) as opened_ts,
        open_business_date,
        case
            when status in ('open', 'on_hold', 'finished')
                then cast('9999-12-31 00:00:00+00' as timestamp with time zone)
            when status = 'closed'
                then coalesce(close_ts, {{ tieout.instant('cast(close_business_date + 1 as timestamp)', 'iana_tz') }})
        end as in_shop_until_ts,
        case when is_sale then total_ex_tax end as total_ex_tax,
        case
            when is_sale then {{ tieout.money('total_ex_tax - parts_cost - coalesce(labor_cost, 0) - sublet_cost') }}
        end as gross_profit,
        grand_total < 0 or refund_of_ro_key is not null as is_refund
    from orders
)

select * from final
