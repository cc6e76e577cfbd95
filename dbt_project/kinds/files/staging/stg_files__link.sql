{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'link') }}
),

renamed as (
    select
        link_id,
        target,
        campaign_id,
        message_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
