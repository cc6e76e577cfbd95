with source as (
    select * from {{ source('files', 'ro_line') }}
),

renamed as (
    select
        ro_id,
        line_id,
        line_type,
        job_id,
        description,
        category,
        department,
        op_code,
        part_number,
        brand,
        supplier_id,
        quantity,
        unit_price,
        gross_amount,
        discount_amount,
        net_amount,
        cost_amount,
        core_charge,
        taxable,
        tax_code,
        pay_type,
        hours_billed,
        hours_actual,
        technician_ids,
        is_return,
        is_freight,
        is_warranty_refund,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
