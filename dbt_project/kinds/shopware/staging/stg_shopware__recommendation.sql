with source as (
    select * from {{ source('shopware', 'recommendation') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as recommendation_id,
        description,
        approved,
        approval_at,
        approval_type,
        approver_id,
        imported as is_imported,
        quick_price_cents,
        service_id,
        service_title,
        service_labor_rate_cents,
        service_is_fixed_price_service as is_fixed_price_service,
        service_fixed_price_cents,
        service_fixed_price_labor_total_cents,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
