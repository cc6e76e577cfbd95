{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'campaign') }}
),

renamed as (
    select
        campaign_id,
        name,
        channel,
        cost,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
