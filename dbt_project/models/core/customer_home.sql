{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The shop that a golden customer has most sales at; of equal ones the one that was visited first (REPORTS 3B.2).
with sales as (
    select
        *,
        count(*) over (partition by golden_customer_key, site_key) as ros,
        row_number() over (
            partition by golden_customer_key order by close_business_date asc, open_ts asc, ro_number asc, ro_key asc
        ) as visit
    from {{ ref('visited_sale') }}
    where golden_customer_key <> -1
),

ranked as (
    select
        golden_customer_key,
        site_key,
        row_number() over (partition by golden_customer_key order by max(ros) desc, min(visit) asc) as place,
        count(*) over (partition by golden_customer_key) as sites
    from sales
    group by golden_customer_key, site_key
),

final as (
    select golden_customer_key, site_key as home_site_key, cast(sites as integer) as sites
    from ranked
    where place = 1
)

select * from final
