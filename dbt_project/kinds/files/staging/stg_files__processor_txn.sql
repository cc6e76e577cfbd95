{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'processor_txn') }}
),

renamed as (
    select
        txn_id,
        site,
        type,
        origin,
        gross,
        fee,
        net,
        processed_at,
        payout_id,
        card_brand,
        last4,
        auth_code,
        reference,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
