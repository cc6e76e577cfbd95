with source as (
    select * from {{ source('shopdata', 'recommendations') }}
),

renamed as (
    select
        shop || '-' || ro_number as ro_id,
        sequence,
        opcode as op_code,
        description,
        category,
        coalesce(decision, 'declined') as decision,
        labor_amount,
        parts_amount,
        misc_amount,
        reason,
        deferred_until,
        case when tech_id is not null then shop || '-' || tech_id end as technician_id,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
