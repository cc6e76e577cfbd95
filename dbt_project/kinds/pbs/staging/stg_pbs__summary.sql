with source as (
    select * from {{ source('pbs', 'summary') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        payer,
        labour,
        parts,
        oil_gas,
        sublet_tow,
        misc,
        environment,
        shop_supplies,
        freight,
        coalesce(discount, 0) + coalesce(labour_discount, 0) + coalesce(part_discount, 0) as discount,
        service_fee_total,
        tax1,
        tax2,
        invoice_total,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
