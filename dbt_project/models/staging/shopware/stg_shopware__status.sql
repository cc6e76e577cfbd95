with source as (
    select * from {{ source('shopware', 'status') }}
),

renamed as (
    select
        id as status_id,
        text as name,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
