{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'postal_area') }}
),

renamed as (
    select
        postal_code,
        households,
        population,
        latitude,
        longitude,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
