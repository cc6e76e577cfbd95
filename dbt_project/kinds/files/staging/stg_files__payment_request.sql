{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'payment_request') }}
),

renamed as (
    select
        request_id,
        ro_id,
        created_by_id,
        amount,
        sent_at,
        status,
        paid_at,
        paid_amount,
        refunded_amount,
        processor_txn_id,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
