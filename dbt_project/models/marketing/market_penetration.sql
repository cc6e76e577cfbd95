{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set distincts = ['customers', 'vehicles', 'ros', 'new_customers', 'repeat_customers', 'counted_customers'] -%}
with days as (
    {{ tieout.reported_days() }}
),

areas as (
    select postal_code, households, latitude, longitude
    from (
        select *, row_number() over (partition by postal_code order by households desc, postal_area_key asc) as place
        from {{ ref('dim_postal_area') }}
        where not is_deleted_at_source
    ) as numbered
    where place = 1
),

first_sales as (
    select golden_customer_key, min(business_date) as first_date
    from {{ ref('ro_sale') }}
    group by golden_customer_key
),

sales as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        {{ tieout.postal_area('cards.postal_code') }} as postal_code,
        orders.ro_key,
        orders.ro_number,
        orders.business_date,
        nullif(orders.golden_customer_key, -1) as customer,
        nullif(orders.golden_vehicle_key, -1) as vehicle,
        orders.counted_ro_key,
        orders.total_ex_tax,
        first_sales.first_date between days.period_start and days.period_end as is_new
    from {{ ref('ro_sale') }} as orders
    inner join days on orders.site_key = days.site_key and orders.business_date = days.business_date
    left join {{ ref('dim_customer') }} as cards on orders.customer_key = cards.customer_key
    left join first_sales on orders.golden_customer_key = first_sales.golden_customer_key
),

-- how often a customer came depends on where one looks: in the area, at the shop, in the company
levelled as (
    select
        sales.*,
        levels.level,
        count(sales.counted_ro_key) over (
            partition by
                sales.period_grain, sales.period_start, levels.level, sales.customer,
                case when levels.level <> 'total' then sales.site_key end,
                case when levels.level = 'detail' then sales.postal_code end
        ) as visits
    from sales
    cross join {{ tieout.levels() }} as levels
),

behind as (
    select
        levelled.site_key,
        levelled.period_grain,
        levelled.period_start,
        levelled.period_end,
        levelled.level,
        levelled.postal_code,
        levelled.ro_key,
        levelled.ro_number,
        levelled.business_date,
        levelled.customer as customers,
        levelled.vehicle as vehicles,
        levelled.counted_ro_key as ros,
        case when levelled.is_new then levelled.customer end as new_customers,
        case when levelled.visits >= 2 then levelled.customer end as repeat_customers,
        levelled.total_ex_tax,
        case when areas.households > 0 then levelled.customer end as counted_customers
    from levelled
    left join areas on levelled.postal_code = areas.postal_code
),

rolled as (
    {{ tieout.rolled(
        keys=['postal_code'], columns=['level', 'total_ex_tax'] + distincts,
        aggregates=tieout.levelled('postal_code', ['total_ex_tax'], distincts)
    ) }}
),

-- households of the areas that customers of the row came from
reached as (
    select
        coalesce(present.site_key, -2) as site_key,
        present.period_grain,
        present.period_start,
        present.postal_code,
        max(areas.households) as households
    from sales as present
    inner join areas on present.postal_code = areas.postal_code
    group by grouping sets (
        (present.site_key, present.period_grain, present.period_start, present.postal_code),
        (present.period_grain, present.period_start, present.postal_code)
    )
),

households as (
    select site_key, period_grain, period_start, sum(households) as households
    from reached
    group by site_key, period_grain, period_start
),

mailed as (
    select
        coalesce(touches.site_key, -2) as site_key,
        {{ tieout.postal_area('cards.postal_code') }} as postal_code,
        max(touches.sent_business_date) as last_mail_d
    from {{ ref('fct_campaign_touch') }} as touches
    inner join {{ ref('dim_campaign') }} as campaigns
        on touches.campaign_key = campaigns.campaign_key and campaigns.channel = 'print'
    inner join {{ ref('dim_customer') }} as cards on touches.customer_key = cards.customer_key
    where not touches.is_deleted_at_source
    group by touches.site_key, {{ tieout.postal_area('cards.postal_code') }}
),

site_totals as (
    select site_key, period_grain, period_start, customers
    from rolled
    where row_type <> 'detail'
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.postal_code,
        {% for column in ['customers', 'vehicles', 'ros', 'new_customers', 'repeat_customers'] -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('rolled.total_ex_tax') }} as total_ex_tax,
        {{ tieout.per('rolled.total_ex_tax', 'rolled.ros') }} as avg_ro,
        cast(case when rolled.row_type = 'detail' then areas.households else households.households end as bigint)
            as households,
        {{ tieout.ratio(
            'rolled.counted_customers',
            "case when rolled.row_type = 'detail' then areas.households else households.households end"
        ) }} as penetration,
        {{ tieout.ratio('rolled.customers', 'site_totals.customers') }} as share_of_site_customers,
        {{ tieout.kilometers('homes.latitude', 'homes.longitude', 'areas.latitude', 'areas.longitude') }}
            as distance_km,
        mailed.last_mail_d,
        case when households.households is null then 'no_household_data' end as null_reason
    from rolled
    left join site_totals
        on rolled.site_key = site_totals.site_key
        and rolled.period_grain = site_totals.period_grain
        and rolled.period_start = site_totals.period_start
    left join households
        on rolled.site_key = households.site_key
        and rolled.period_grain = households.period_grain
        and rolled.period_start = households.period_start
    left join areas on rolled.postal_code = areas.postal_code
    left join mailed on rolled.site_key = mailed.site_key and rolled.postal_code = mailed.postal_code
    left join {{ ref('dim_site') }} as sites on rolled.site_key = sites.site_key
    left join areas as homes on {{ tieout.postal_area('sites.postal_code') }} = homes.postal_code
)

select * from final
