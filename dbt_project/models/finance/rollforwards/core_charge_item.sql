{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What became of an order's cores: charged on its parts, credited by suppliers to whom they went back.
with charged as (
    select ro_key, sum(core_charge) as charged
    from {{ ref('fct_ro_line') }}
    where line_type = 'part' and core_charge <> 0
    group by ro_key
),

credited as (
    select
        ro_key,
        sum(core_credit) as credited,
        max(invoice_date) as last_credit_date,
        max(site_key) as credit_site_key
    from {{ ref('fct_purchase_line') }}
    where core_credit <> 0 and ro_key is not null and not is_deleted_at_source
    group by ro_key
),

final as (
    select
        coalesce(charged.ro_key, credited.ro_key) as ro_key,
        coalesce(orders.site_key, credited.credit_site_key) as site_key,
        orders.ro_number,
        case when orders.is_sale then orders.close_business_date end as charged_date,
        case
            when orders.is_void or orders.is_deleted_at_source then 0 else coalesce(charged.charged, 0)
        end as charged,
        coalesce(credited.credited, 0) as credited,
        credited.last_credit_date
    from charged
    full join credited on charged.ro_key = credited.ro_key
    left join {{ ref('fct_repair_order') }} as orders on coalesce(charged.ro_key, credited.ro_key) = orders.ro_key
)

select * from final
