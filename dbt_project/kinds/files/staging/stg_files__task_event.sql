{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'task_event') }}
),

renamed as (
    select
        task_id,
        event_id,
        type,
        "at" as event_at,
        by_id,
        from_id,
        to_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
