with source as (
    select * from {{ source('protractor', 'line') }}
),

renamed as (
    select
        order_id as ro_id,
        deferred as is_deferred,
        package_id,
        nth,
        type,
        description,
        part_number,
        manufacturer as brand,
        quantity,
        price,
        coalesce(total, extended_total, 0) as gross_amount,
        coalesce(extended_total, total - coalesce(discount, 0), 0) as net_amount,
        total_cost,
        technician_id,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
