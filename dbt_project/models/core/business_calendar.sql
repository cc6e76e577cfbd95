{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

-- Days of every shop, whichever of them a reader asks for: dim_site_day then holds those alone.
with days as (
    select
        *,
        coalesce(
            sum(open_minutes) over (
                partition by site_key order by business_date asc rows between unbounded preceding and 1 preceding
            ), 0
        ) as open_minutes_before
    from {{ ref('dim_site_day') }}
),

final as (
    select
        site_key,
        business_date,
        is_open,
        open_time,
        close_time,
        is_holiday,
        open_minutes,
        workday_weight,
        cast(open_minutes_before as bigint) as open_minutes_before
    from days
)

select * from final
