{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'scheduler_session') }}
),

renamed as (
    select
        session_id,
        site,
        started_at,
        furthest_step,
        completed,
        appointment_id,
        referrer,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
