with source as (
    select * from {{ source('sql', 'ro_job') }}
),

renamed as (
    select
        ro_id,
        job_id,
        title,
        category,
        presented_at,
        decision,
        decided_at,
        presented_parts,
        presented_labor,
        presented_sublet,
        sold_amount,
        advisor_id,
        technician_id,
        declined_reason,
        deferred_until,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
