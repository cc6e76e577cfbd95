with source as (
    select * from {{ source('shopmonkey', 'user') }}
),

renamed as (
    select
        id as user_id,
        changed_at,
        deleted as is_deleted_row,
        location_id,
        first_name,
        last_name,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
