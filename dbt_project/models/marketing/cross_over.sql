{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with visits as (
    select
        golden_customer_key,
        site_key,
        count(distinct ro_key) as ros,
        sum(total_ex_tax) as total_ex_tax,
        min(close_business_date) as first_visit,
        max(close_business_date) as last_visit
    from {{ ref('visited_sale') }}
    where golden_customer_key <> -1
    group by golden_customer_key, site_key
),

homes as (
    select
        golden_customer_key,
        home_site_key,
        sites
    from {{ ref('customer_home') }}
    where sites > 1
),

final as (
    select
        visits.site_key,
        visits.golden_customer_key as customer_key,
        {{ tieout.customer_name('cards') }} as customer,
        homes.sites,
        homes.home_site_key,
        home_sites.site as home_site,
        visits.site_key = homes.home_site_key as is_home,
        {{ tieout.count_of('visits.ros') }} as ros,
        {{ tieout.money('visits.total_ex_tax') }} as total_ex_tax,
        visits.first_visit,
        visits.last_visit
    from visits
    inner join homes on visits.golden_customer_key = homes.golden_customer_key
    inner join {{ ref('dim_site') }} as home_sites on homes.home_site_key = home_sites.site_key
    left join {{ ref('dim_customer') }} as cards on visits.golden_customer_key = cards.customer_key
)

select * from final
