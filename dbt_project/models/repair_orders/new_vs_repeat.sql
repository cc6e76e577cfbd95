{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set sums = ['ros', 'total_ex_tax', 'gross_profit'] -%}
with days as (
    {{ tieout.reported_days() }}
),

options as (
    select * from {{ tieout.site_options({'first_call_scope': 'varchar'}) }} as settings
),

-- first visits out of all sales, whatever a reader narrows the sales of the period to
visits as (
    select
        coalesce(sources.golden_customer_key, orders.customer_key) as golden_customer_key,
        orders.site_key,
        min(orders.close_business_date) as first_date
    from {{ ref('fct_repair_order') }} as orders
    left join {{ ref('bridge_customer_source') }} as sources on orders.customer_key = sources.customer_key
    where orders.is_sale and not orders.is_deleted_at_source and orders.customer_key <> -1
    group by coalesce(sources.golden_customer_key, orders.customer_key), orders.site_key
),

first_visits as (
    select
        golden_customer_key,
        site_key,
        first_date as site_date,
        min(first_date) over (partition by golden_customer_key) as company_date
    from visits
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        case
            when sales.golden_customer_key = -1 or customers.customer_type = 'walk_in' then 'unidentified'
            when sales.close_business_date = case
                    when options.first_call_scope = 'site' then first_visits.site_date else first_visits.company_date
                end
                then 'new'
            else 'repeat'
        end as segment,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        case when sales.counted_ro_key is not null then 1 else 0 end as ros,
        case
            when coalesce(customers.customer_type, '') <> 'walk_in' then nullif(sales.golden_customer_key, -1)
        end as customers,
        sales.total_ex_tax,
        sales.gross_profit
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
    inner join options on sales.site_key = options.site_key
    left join {{ ref('dim_customer') }} as customers on sales.customer_key = customers.customer_key
    left join first_visits
        on sales.golden_customer_key = first_visits.golden_customer_key and sales.site_key = first_visits.site_key
),

rolled as (
    {{ tieout.rolled(keys=['segment'], sums=sums, distincts=['customers']) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.segment,
        {{ tieout.count_of('rolled.ros') }} as ros,
        {{ tieout.count_of('rolled.customers') }} as customers,
        {{ tieout.money('rolled.total_ex_tax') }} as total_ex_tax,
        {{ tieout.per('rolled.total_ex_tax', 'rolled.ros') }} as avg_ro,
        {{ tieout.money('rolled.gross_profit') }} as gross_profit,
        {% for share, measure in {'share_ros': 'ros', 'share_sales': 'total_ex_tax'}.items() -%}
        {{ tieout.ratio(
            'rolled.' ~ measure,
            "max(case when rolled.row_type <> 'detail' then rolled." ~ measure ~ ' end)'
            ~ ' over (partition by rolled.site_key, rolled.period_grain, rolled.period_start)'
        ) }} as {{ share }}{{ ',' if not loop.last }}
        {% endfor -%}
    from rolled
)

select * from final
