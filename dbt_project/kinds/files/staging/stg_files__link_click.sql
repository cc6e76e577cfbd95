{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'link_click') }}
),

renamed as (
    select
        link_id,
        click_id,
        "at" as event_at,
        recipient,
        user_agent,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
