with source as (
    select * from {{ source('dealertrack', 'part') }}
),

renamed as (
    select
        -- ids
        company_number,
        repair_order_number,
        line_number,
        line_seq_number,
        part_number,
        part_description as description,
        manufacturer,
        stock_group,

        -- what kind of row
        trans_code,
        coalesce(group_price, '') = 'K' as is_kit_head,
        coalesce(special_order_emergency_purchase, '') = 'S' as is_still_on_order,
        coalesce(exclude_from_history, '') = 'C' as is_core_charge,

        -- numerics
        quantity,
        net_price as unit_price,
        cost as unit_cost,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
