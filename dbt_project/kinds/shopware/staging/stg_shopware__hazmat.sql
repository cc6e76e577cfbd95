with source as (
    select * from {{ source('shopware', 'hazmat') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        service_id,
        id as hazmat_id,
        occurrence,
        name as description,
        fee_cents,
        quantity,
        taxable as is_taxable,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
