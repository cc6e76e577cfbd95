{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        site_key,
        current_timestamp as as_of_ts,
        cast(
            {{ tieout.wall_clock('current_timestamp', 'iana_tz') }} - day_cutoff_minutes * interval '1 minute' as date
        ) as as_of_date
    from {{ ref('dim_site') }}
    where site_key >= 0
)

select * from final
