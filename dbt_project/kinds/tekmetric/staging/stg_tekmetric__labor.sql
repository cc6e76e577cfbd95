with source as (
    select * from {{ source('tekmetric', 'labor') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        job_id,
        id as labor_id,
        name as description,
        rate as rate_cents,
        hours,
        technician_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
