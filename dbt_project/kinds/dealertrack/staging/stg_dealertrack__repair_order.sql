with source as (
    select * from {{ source('dealertrack', 'repair_order') }}
),

renamed as (
    select
        coalesce(document_state, 'closed') as document_state,

        -- ids
        company_number,
        repair_order_number,
        service_writer_id,
        ro_technician_id,
        nullif(customer_key, '0') as customer_key,
        vin,

        -- dates
        {{ tieout.number_date('coalesce(open_date, open_transaction_date)') }} as open_date,
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
        coalesce(customer_pay_hazardous_materials, customer_pay_hazardous_material) as hazardous_materials,
        {% for payer in ['customer_pay', 'warranty', 'internal', 'service_contract'] -%}
        coalesce(
            {{ payer }}_sale_tax,
            coalesce({{ payer }}_tax1, 0) + coalesce({{ payer }}_tax2, 0) + coalesce({{ payer }}_tax3, 0)
            + coalesce({{ payer }}_tax4, 0)
        ) as {{ payer }}_sale_tax,
        {% endfor -%}
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
