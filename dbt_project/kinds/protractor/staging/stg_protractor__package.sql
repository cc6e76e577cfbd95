with source as (
    select * from {{ source('protractor', 'package') }}
),

renamed as (
    select
        order_id as ro_id,
        deferred as is_deferred,
        id as package_id,
        title,
        chapter as category,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
