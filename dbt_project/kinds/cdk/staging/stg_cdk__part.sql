with source as (
    select * from {{ source('cdk', 'part') }}
),

renamed as (
    select
        ro_number as ro_id,
        ordinal,
        line_code,
        upper(substr(labor_type, 1, 1)) as payer_code,
        part_no,
        "desc" as description,
        part_class,
        comp as brand,
        qty_sold,
        list as unit_price,
        extended_sale,
        extended_cost,
        core_sale,
        core_cost,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
