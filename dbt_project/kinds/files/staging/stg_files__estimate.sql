{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'estimate') }}
),

renamed as (
    select
        estimate_id,
        ro_id,
        created_by_id,
        sent_at,
        version,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
