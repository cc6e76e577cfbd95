{{ config(materialized='ephemeral') }}

with source as (
    select * from {{ source('files', 'task') }}
),

renamed as (
    select
        task_id,
        site,
        type,
        title,
        customer_id,
        ro_id,
        assigned_to_id,
        created_at,
        due_at,
        priority,
        status,
        closed_at,
        closed_by_id,
        disposition,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
