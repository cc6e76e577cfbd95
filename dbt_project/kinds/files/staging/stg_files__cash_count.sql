{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'cash_count') }}
),

renamed as (
    select
        site,
        business_date,
        drawer,
        counted_cash,
        counted_checks,
        deposit_slip,
        deposited_amount,
        counted_by_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
