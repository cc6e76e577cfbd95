with source as (
    select * from {{ source('pbs', 'labour') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        request_state || '.' || cast(request_ordinal as varchar) as job_id,
        line_ordinal,
        op_code,
        op_description as description,
        tech,
        sold_hours,
        actual_hours,
        price,
        cost,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
