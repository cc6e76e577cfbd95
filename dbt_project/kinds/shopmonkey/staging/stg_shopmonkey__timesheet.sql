with source as (
    select * from {{ source('shopmonkey', 'timesheet') }}
),

renamed as (
    select
        id as timesheet_id,
        changed_at,
        deleted as is_deleted_row,
        location_id,
        technician_id,
        activity,
        clock_in,
        clock_out,
        duration,
        in_progress as is_running,
        type as entered_by,
        order_id,
        created_date,
        updated_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
