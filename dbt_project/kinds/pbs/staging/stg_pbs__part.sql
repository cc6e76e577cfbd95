with source as (
    select * from {{ source('pbs', 'part') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        request_state || '.' || cast(request_ordinal as varchar) as job_id,
        line_ordinal,
        part_number,
        part_description as description,
        unit_price,
        extended_price,
        cost,
        shipped,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
