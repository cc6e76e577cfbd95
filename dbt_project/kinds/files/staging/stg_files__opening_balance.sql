{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'opening_balance') }}
),

renamed as (
    select
        site,
        account,
        customer_id,
        ro_id,
        amount,
        business_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
