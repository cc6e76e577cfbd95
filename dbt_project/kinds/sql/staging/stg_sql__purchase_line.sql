with source as (
    select * from {{ source('sql', 'purchase_line') }}
),

renamed as (
    select
        purchase_id,
        line_id,
        site,
        supplier_id,
        supplier_name,
        part_number,
        quantity,
        unit_cost,
        is_return,
        core_credit,
        ro_id,
        invoice_date,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
