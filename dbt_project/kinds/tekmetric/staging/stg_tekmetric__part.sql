with source as (
    select * from {{ source('tekmetric', 'part') }}
),

renamed as (
    select
        repair_order_id as ro_id,
        job_id,
        id as part_id,
        name as description,
        part_number,
        brand,
        part_type_name,
        quantity,
        retail as retail_cents,
        cost as cost_cents,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
