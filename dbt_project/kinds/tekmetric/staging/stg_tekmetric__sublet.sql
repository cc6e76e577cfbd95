with source as (
    select * from {{ source('tekmetric', 'sublet') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        id as sublet_id,
        name as description,
        vendor_id,
        authorized as is_authorized,
        price as price_cents,
        cost as cost_cents,
        tax_sublet as is_taxed,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
