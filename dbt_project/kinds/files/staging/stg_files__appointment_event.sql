{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'appointment_event') }}
),

renamed as (
    select
        appointment_id,
        event_id,
        type,
        "at" as event_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
