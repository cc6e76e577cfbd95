with source as (
    select * from {{ source('shopware', 'part') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        service_id,
        id as part_id,
        occurrence,
        brand,
        description,
        number as part_number,
        coalesce(sell_price_cents, quoted_price_cents) as sell_price_cents,
        cost_cents,
        quantity,
        quantity_needed,
        part_inventory_id,
        taxable as is_taxable,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
