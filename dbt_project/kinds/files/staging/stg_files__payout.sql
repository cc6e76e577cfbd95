{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'payout') }}
),

renamed as (
    select
        payout_id,
        site,
        expected_date,
        deposited_date,
        amount,
        status,
        bank_reference,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
