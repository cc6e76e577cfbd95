{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'audit_event') }}
),

renamed as (
    select
        event_id,
        site,
        user_id,
        user_name,
        "at" as event_at,
        entity_type,
        entity_id,
        action,
        field,
        old_value,
        new_value,
        ip,
        via,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
