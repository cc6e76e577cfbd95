{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'inspection') }}
),

renamed as (
    select
        inspection_id,
        ro_id,
        technician_id,
        started_at,
        completed_at,
        sent_at,
        items_red,
        items_yellow,
        items_green,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
