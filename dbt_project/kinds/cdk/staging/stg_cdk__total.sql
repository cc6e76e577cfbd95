with source as (
    select * from {{ source('cdk', 'total') }}
),

renamed as (
    select
        ro_number as ro_id,
        pay_type as payer_code,
        shop_charge_sale,
        shop_charge_cost,
        ro_sale,
        ro_tax,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
