{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'message') }}
),

renamed as (
    select
        message_id,
        site,
        direction,
        channel,
        customer_id,
        employee_id,
        ro_id,
        campaign_id,
        conversation_id,
        sent_at,
        delivered_at,
        failed_at,
        opened_at,
        is_automated,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
