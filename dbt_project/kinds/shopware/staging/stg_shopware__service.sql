with source as (
    select * from {{ source('shopware', 'service') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as service_id,
        title,
        category_id,
        category_text as category,
        row_order,
        completed as is_completed,
        completed_at,
        labor_rate_cents,
        is_fixed_price_service,
        fixed_price_cents,
        fixed_price_labor_total_cents,
        canned_job_id,
        comment,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
