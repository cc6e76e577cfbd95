{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'media_event') }}
),

renamed as (
    select
        media_id,
        type,
        "at" as event_at,
        viewer,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
