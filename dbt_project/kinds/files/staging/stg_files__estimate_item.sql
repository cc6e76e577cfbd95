{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'estimate_item') }}
),

renamed as (
    select
        estimate_id,
        item_id,
        amount,
        decision,
        decided_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
