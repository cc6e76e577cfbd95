with source as (
    select * from {{ source('shopmonkey', 'appointment') }}
),

renamed as (
    select
        id as appointment_id,
        changed_at,
        deleted as is_deleted_row,
        location_id,
        customer_id,
        vehicle_id,
        order_id,
        name as title,
        start_date,
        end_date,
        confirmed as is_confirmed,
        pending_confirmation as is_pending,
        cancelation_note,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
