{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'ro_participant') }}
),

renamed as (
    select
        ro_id,
        employee_id,
        role,
        added_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
