with source as (
    select * from {{ source('shopware', 'shop') }}
),

renamed as (
    select
        id as shop_id,
        identifier,
        name,
        time_zone,
        part_tax_rate,
        labor_tax_rate,
        hazmat_tax_rate,
        sublet_tax_rate,
        live_at,
        created_at,
        updated_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
