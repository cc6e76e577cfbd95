with source as (
    select * from {{ source('dealertrack', 'repair_order') }}
),

renamed as (
    select
        -- ids
        company_number,
        repair_order_number,
        service_writer_id,
        ro_technician_id,
        nullif(customer_key, '0') as customer_key,
        vin,

        -- dates
        {{ tieout.number_date('open_date') }} as open_date,
        {{ tieout.number_date('close_date') }} as close_date,
        {{ tieout.number_date('final_close_date') }} as final_close_date,

        -- customer and car
        customer_name,
        customer_address1 as customer_address_1,
        customer_city,
        customer_state,
        nullif(customer_zip_code, '0') as customer_zip_code,
        odometer_in,
        odometer_out,

        -- money
        parts_total,
        labor_total,
        sublet_total,
        customer_pay_hazardous_materials as hazardous_materials,
        customer_pay_sale_tax,
        warranty_sale_tax,
        internal_sale_tax,
        service_contract_sale_tax,
        customer_pay_shop_sup as customer_pay_supplies,
        warranty_shop_sup as warranty_supplies,
        internal_shop_sup as internal_supplies,
        service_contract_shop_sup as service_contract_supplies,
        coalesce(total_coupon_discount, coupon_discount) as coupon_discount,
        total_sale,
        total_gross,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
