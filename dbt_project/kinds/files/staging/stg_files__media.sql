{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'media') }}
),

renamed as (
    select
        media_id,
        ro_id,
        kind,
        created_by_id,
        created_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
