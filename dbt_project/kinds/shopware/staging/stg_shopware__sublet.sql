with source as (
    select * from {{ source('shopware', 'sublet') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        service_id,
        id as sublet_id,
        occurrence,
        name as description,
        price_cents,
        cost_cents,
        provider,
        vendor_id,
        invoice_number,
        invoice_date,
        taxable as is_taxable,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
