with source as (
    select * from {{ source('tekmetric', 'fee') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        level,
        job_id,
        id as fee_id,
        name as description,
        total as fee_cents,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
