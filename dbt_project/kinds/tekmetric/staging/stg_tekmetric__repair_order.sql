with source as (
    select * from {{ source('tekmetric', 'repair_order') }}
),

renamed as (
    select
        id as ro_id,
        repair_order_number as ro_number,
        shop_id,
        repair_order_status_id as status_id,
        customer_id,
        vehicle_id,
        service_writer_id,
        miles_in,
        lead_source,
        created_date as created_at,
        completed_date as completed_at,
        posted_date as posted_at,
        updated_date as updated_at,
        labor_sales as labor_cents,
        parts_sales as parts_cents,
        sublet_sales as sublet_cents,
        discount_total as discount_cents,
        fee_total as fee_cents,
        taxes as tax_cents,
        amount_paid as paid_cents,
        total_sales as total_cents,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
