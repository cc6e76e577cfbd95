with rows_of as (
    select * from {{ ref('stg_protractor__line') }}
),

lines as (
    select
        rows_of.ro_id,
        rows_of.package_id || '.' || cast(rows_of.nth as varchar) as line_id,
        type_map.canonical as line_type,
        rows_of.is_deferred,
        rows_of.package_id,
        rows_of.description,
        rows_of.part_number,
        rows_of.brand,
        rows_of.quantity,
        rows_of.price,
        rows_of.gross_amount,
        rows_of.net_amount,
        rows_of.total_cost,
        rows_of.technician_id,
        {{ tieout.landed_columns('rows_of') }}
    from rows_of
    {{ tieout.mapped('line', 'type', 'type_map') }}
    where type_map.canonical <> 'no_sale'
)

select * from lines
