with source as (
    select * from {{ source('tekmetric', 'job') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as job_id,
        name as title,
        job_category_name as category,
        authorized as is_authorized,
        authorized_date as authorized_at,
        technician_id,
        note,
        labor_total as labor_cents,
        parts_total as parts_cents,
        discount_total as discount_cents,
        fee_total as fee_cents,
        labor_hours,
        logged_hours,
        created_date as created_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
