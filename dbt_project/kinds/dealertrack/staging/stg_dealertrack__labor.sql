with source as (
    select * from {{ source('dealertrack', 'labor') }}
),

renamed as (
    select
        -- ids
        company_number,
        repair_order_number,
        line_number,
        line_type,
        line_seq_number,
        technician_id,
        labor_op_code as op_code,
        sublet_vendor_number,

        -- what kind of row
        transaction_code,
        line_payment_method as payer_code,
        service_type,
        coalesce(coupon_discount_basis, '') = 'V' as is_voided,

        -- numerics
        labor_hours as hours,
        labor_amount as amount,
        labor_cost as cost_amount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
