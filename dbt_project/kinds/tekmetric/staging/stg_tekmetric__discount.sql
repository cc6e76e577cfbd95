with source as (
    select * from {{ source('tekmetric', 'discount') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        level,
        job_id,
        id as discount_id,
        name as description,
        total as discount_cents,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
