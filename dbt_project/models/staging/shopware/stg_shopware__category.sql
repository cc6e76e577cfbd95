with source as (
    select * from {{ source('shopware', 'category') }}
),

renamed as (
    select
        id as category_id,
        text as name,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
