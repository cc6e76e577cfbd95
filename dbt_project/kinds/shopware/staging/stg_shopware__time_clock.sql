with source as (
    select * from {{ source('shopware', 'time_clock') }}
),

renamed as (
    select
        staff_id,
        clock_in_at,
        clock_out_at,
        assigned_shop_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
