with source as (
    select * from {{ source('files', 'site_hours') }}
),

renamed as (
    select
        site,
        weekday,
        date,
        opens,
        closes,
        is_holiday,
        workday_weight,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
