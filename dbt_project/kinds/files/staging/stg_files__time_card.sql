{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'time_card') }}
),

renamed as (
    select
        card_id,
        site,
        employee_id,
        in_at,
        out_at,
        hours,
        approved,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
