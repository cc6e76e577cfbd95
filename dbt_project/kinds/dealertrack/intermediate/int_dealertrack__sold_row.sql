-- The rows that were sold, and only those: a quoted operation (A), the correction code, the purchase order behind a
-- sublet, the head of a kit, a part still on order and a lost sale stand in the document too, with amounts.
with labor as (
    select rows_of.*, code_map.canonical as meaning
    from {{ ref('stg_dealertrack__labor') }} as rows_of
    {{ tieout.mapped('labor', 'transaction_code', 'code_map') }}
),

parts as (
    select rows_of.*, code_map.canonical as meaning
    from {{ ref('stg_dealertrack__part') }} as rows_of
    {{ tieout.mapped('part', 'trans_code', 'code_map') }}
),

operations as (
    select
        _version, line_number, op_code, service_type, payer_code,
        row_number() over (partition by _version, line_number order by line_seq_number) as place
    from labor
    where line_type = 'A'
),

sold_labor as (
    select
        {{ tieout.landed_columns('labor') }},
        labor.meaning as line_type,
        labor.line_number,
        cast(labor.line_number as varchar) || '.' || labor.line_type || '.' || cast(labor.line_seq_number as varchar)
            as line_id,
        operations.op_code,
        operations.service_type as category,
        labor.payer_code,
        labor.amount,
        labor.cost_amount,
        case when labor.meaning = 'labor' then labor.hours end as hours,
        case when labor.meaning = 'labor' then labor.technician_id end as technician_id,
        case when labor.meaning = 'sublet' then labor.sublet_vendor_number end as supplier_id
    from labor
    left join operations
        on labor._version = operations._version
        and labor.line_number = operations.line_number
        and operations.place = 1
    where labor.meaning in ('labor', 'sublet') and not labor.is_voided
),

sold_parts as (
    select
        {{ tieout.landed_columns('parts') }},
        'part' as line_type,
        parts.line_number,
        cast(parts.line_number as varchar) || '.P.' || cast(parts.line_seq_number as varchar) as line_id,
        operations.op_code,
        operations.service_type as category,
        operations.payer_code,
        {{ tieout.money('parts.quantity * parts.unit_price') }} as amount,
        {{ tieout.money('parts.quantity * parts.unit_cost') }} as cost_amount,
        parts.part_number,
        parts.description,
        parts.manufacturer,
        parts.stock_group,
        parts.quantity,
        parts.unit_price,
        parts.is_core_charge
    from parts
    left join operations
        on parts._version = operations._version
        and parts.line_number = operations.line_number
        and operations.place = 1
    where parts.meaning = 'sold' and not parts.is_kit_head and not parts.is_still_on_order
),

sold as (
    select
        sold_labor.*,
        cast(null as varchar) as part_number,
        cast(null as varchar) as description,
        cast(null as varchar) as manufacturer,
        cast(null as varchar) as stock_group,
        cast(null as decimal(12, 4)) as quantity,
        cast(null as decimal(14, 4)) as unit_price,
        false as is_core_charge
    from sold_labor
    union all
    select
        {{ tieout.landed_columns() }},
        line_type, line_number, line_id, op_code, category, payer_code, amount, cost_amount,
        null, null, null, part_number, description, manufacturer, stock_group, quantity, unit_price, is_core_charge
    from sold_parts
)

select * from sold
