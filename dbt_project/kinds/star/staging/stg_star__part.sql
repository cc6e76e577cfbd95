with source as (
    select * from {{ source('star', 'part') }}
),

renamed as (
    select
        dealer_number_id || '-' || document_id as ro_id,
        job_ordinal,
        part_ordinal,
        item_id,
        item_description as description,
        manufacturer_name,
        item_quantity,
        price_unit,
        price_total,
        price_cost,
        price_core,
        price_discount,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
