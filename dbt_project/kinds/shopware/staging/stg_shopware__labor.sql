with source as (
    select * from {{ source('shopware', 'labor') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        service_id,
        id as labor_id,
        occurrence,
        name as description,
        technician_id,
        hours,
        taxable as is_taxable,
        row_order,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
