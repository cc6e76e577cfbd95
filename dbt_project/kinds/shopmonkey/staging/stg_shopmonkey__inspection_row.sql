with source as (
    select * from {{ source('shopmonkey', 'inspection_row') }}
),

renamed as (
    select
        entity,
        id as row_id,
        inspection_id,
        changed_at,
        deleted as is_deleted_row,
        order_id,
        location_id,
        completed as is_completed,
        completed_date,
        completed_by_id,
        created_by_id,
        name as title,
        status,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
