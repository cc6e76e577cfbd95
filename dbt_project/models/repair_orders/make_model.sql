{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set sums = ['ros', 'visits', 'total_ex_tax', 'gross_profit', 'hours_billed', 'mileage', 'mileages'] -%}
with days as (
    {{ tieout.reported_days() }}
),

-- a car is what its golden record says; the names of makes that people shorten are spelled out
makes as (
    select
        vehicle_key,
        nullif(upper(trim(make)), '') as make,
        nullif(upper(trim(model)), '') as model
    from {{ ref('dim_vehicle') }}
    where vehicle_key <> -1
),

first_sales as (
    select golden_vehicle_key, min(business_date) as first_date
    from {{ ref('ro_sale') }}
    where golden_vehicle_key <> -1
    group by golden_vehicle_key
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        case
            when sales.golden_vehicle_key = -1 then 'No vehicle'
            when makes.make in ('CHEVY', 'CHEV') then 'CHEVROLET'
            when makes.make = 'VW' then 'VOLKSWAGEN'
            when makes.make = 'MERCEDES' then 'MERCEDES-BENZ'
            else coalesce(makes.make, 'Unknown')
        end as make_norm,
        case
            when sales.golden_vehicle_key = -1 then 'No vehicle' else coalesce(makes.model, 'Unknown')
        end as model_norm,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        case when sales.counted_ro_key is not null then 1 else 0 end as ros,
        case when sales.counted_ro_key is not null and sales.golden_vehicle_key <> -1 then 1 else 0 end as visits,
        sales.total_ex_tax,
        sales.gross_profit,
        sales.hours_billed,
        sales.odometer_in as mileage,
        case when sales.odometer_in is not null then 1 else 0 end as mileages,
        nullif(sales.golden_vehicle_key, -1) as vehicles,
        case
            when first_sales.first_date between days.period_start and days.period_end then sales.golden_vehicle_key
        end as new_vehicles
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
    left join makes on sales.golden_vehicle_key = makes.vehicle_key
    left join first_sales on sales.golden_vehicle_key = first_sales.golden_vehicle_key
),

rolled as (
    {{ tieout.rolled(keys=['make_norm', 'model_norm'], sums=sums, distincts=['vehicles', 'new_vehicles']) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.make_norm,
        rolled.model_norm,
        {{ tieout.count_of('rolled.vehicles') }} as vehicles,
        {{ tieout.count_of('rolled.ros') }} as ros,
        {{ tieout.per('rolled.visits', 'rolled.vehicles') }} as visits_per_vehicle,
        {{ tieout.money('rolled.total_ex_tax') }} as total_ex_tax,
        {{ tieout.ratio(
            'rolled.ros',
            'max(rolled.ros) over (partition by rolled.site_key, rolled.period_grain, rolled.period_start)'
        ) }} as share_of_ros,
        {{ tieout.per('rolled.total_ex_tax', 'rolled.ros') }} as avg_ro,
        {{ tieout.money('rolled.gross_profit') }} as gross_profit,
        {{ tieout.hours('rolled.hours_billed') }} as hours_billed,
        {{ tieout.per('rolled.mileage', 'rolled.mileages') }} as avg_mileage,
        {{ tieout.count_of('rolled.new_vehicles') }} as new_vehicles
    from rolled
)

select * from final
