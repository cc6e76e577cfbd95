{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        homes.home_site_key,
        orders.ro_key,
        orders.ro_number,
        orders.business_date,
        orders.golden_customer_key as crossing_customers,
        orders.counted_ro_key as cross_ros,
        orders.total_ex_tax as cross_sales
    from {{ ref('ro_sale') }} as orders
    inner join days on orders.site_key = days.site_key and orders.business_date = days.business_date
    inner join {{ ref('customer_home') }} as homes on orders.golden_customer_key = homes.golden_customer_key
    where homes.home_site_key <> orders.site_key
),

rolled as (
    {{ tieout.rolled(
        keys=['home_site_key'], sums=['cross_sales'], distincts=['crossing_customers', 'cross_ros']
    ) }}
),

-- who buys at home is of the whole company, whichever shops are asked for
bought as (
    select
        buyers.site_key,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        buyers.golden_customer_key
    from {{ ref('active_customer') }} as buyers
    inner join {{ ref('reporting_period_day') }} as periods on buyers.business_date = periods.business_date
    where periods.period_grain in ('day', 'month')
),

active as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        period_end,
        count(distinct golden_customer_key) as customers
    from bought
    group by grouping sets (
        (site_key, period_grain, period_start, period_end), (period_grain, period_start, period_end)
    )
),

-- customers of one shop alone, who are active at no other
single as (
    select
        site_key,
        period_grain,
        period_start,
        count(*) as customers
    from (
        select golden_customer_key, period_grain, period_start, min(site_key) as site_key
        from bought
        group by golden_customer_key, period_grain, period_start
        having min(site_key) = max(site_key)
    ) as loyal
    group by site_key, period_grain, period_start
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.home_site_key,
        home_sites.site as home_site,
        {{ tieout.count_of('rolled.crossing_customers') }} as crossing_customers,
        {{ tieout.count_of('rolled.cross_ros') }} as cross_ros,
        {{ tieout.money('rolled.cross_sales') }} as cross_sales,
        {{ tieout.ratio('rolled.crossing_customers', "(
            active.customers - case when rolled.row_type = 'subtotal' then coalesce(single.customers, 0) else 0 end
        )") }} as pct_of_home_customers
    from rolled
    left join active
        on active.site_key = case when rolled.row_type = 'detail' then rolled.home_site_key else -2 end
        and rolled.period_grain = active.period_grain
        and rolled.period_start = active.period_start
    left join single
        on rolled.site_key = single.site_key
        and rolled.period_grain = single.period_grain
        and rolled.period_start = single.period_start
    left join {{ ref('dim_site') }} as home_sites on rolled.home_site_key = home_sites.site_key
)

select * from final
