{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select distinct
        site_key,
        business_date,
        golden_customer_key
    from {{ ref('ro_sale') }}
    where golden_customer_key <> -1
)

select * from final
