{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'appointment') }}
),

renamed as (
    select
        appointment_id,
        site,
        customer_id,
        vehicle_id,
        scheduled_at,
        created_at,
        source,
        status,
        ro_id,
        reschedule_of_id,
        services,
        booked_hours,
        advisor_id,
        confirmed_at,
        reminders_sent,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
