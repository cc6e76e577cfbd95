{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'campaign_touch') }}
),

renamed as (
    select
        campaign_id,
        touch_id,
        site,
        customer_id,
        recipient,
        sent_at,
        delivered_at,
        opened_at,
        clicked_at,
        replied_at,
        opted_out_at,
        failed_at,
        cost,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
