with source as (
    select * from {{ source('shopware', 'recommended_item') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        recommendation_id,
        item_class,
        id as item_id,
        occurrence,
        name,
        description,
        number,
        brand,
        technician_id,
        hours,
        quantity,
        quoted_price_cents,
        sell_price_cents,
        cost_cents,
        fee_cents,
        price_cents,
        taxable as is_taxable,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
