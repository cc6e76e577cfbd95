with source as (
    select * from {{ source('sql', 'repair_order') }}
),

renamed as (
    select
        ro_id,
        site,
        ro_number,
        status,
        opened_at,
        closed_date,
        closed_at,
        voided_date,
        customer_id,
        vehicle_id,
        advisor_id,
        open_advisor_id,
        pay_types,
        dvi_status,
        odometer_in,
        profit_center,
        tax_exempt,
        void_reason,
        refund_of_ro_id,
        quote_amount,
        header_parts,
        header_labor,
        header_sublet,
        header_supplies,
        header_fees,
        header_upcharge,
        header_discount,
        header_other,
        header_tax,
        header_total,
        appointment_id,
        updated_at,
        updated_by,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
