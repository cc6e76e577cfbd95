with items as (
    select * from {{ ref('int_shopmonkey__item') }}
    where is_on_order
),

charges as (
    select * from {{ ref('int_shopmonkey__order_charge') }}
),

orders as (
    select
        _version,
        is_deleted_row as is_order_deleted
    from {{ ref('stg_shopmonkey__order_row') }}
    where entity = 'order'
),

every_line as (
    select
        order_id, line_id, line_type, service_id, title, part_number, vendor_id, quantity, hours, technician_id,
        is_taxable, retail_cost_cents, gross_cents, discount_cents, cost_line_cents, cast(null as varchar) as tax_code,
        {{ tieout.landed_columns() }}
    from items
    union all
    select
        order_id, line_id, line_type, service_id, title, null, null, null, null, null, false, null, amount_cents, 0,
        null, case when line_type = 'tax' then title end, {{ tieout.landed_columns() }}
    from charges
),

canonical as (
    select
        every_line.order_id as ro_id,
        every_line.line_id,
        every_line.line_type,
        every_line.service_id as job_id,
        every_line.title as description,
        cast(null as varchar) as category,
        cast(null as varchar) as department,
        cast(null as varchar) as op_code,
        every_line.part_number,
        cast(null as varchar) as brand,
        every_line.vendor_id as supplier_id,
        {{ tieout.hours('every_line.quantity') }} as quantity,
        {{ tieout.cents_to_dollars('every_line.retail_cost_cents') }} as unit_price,
        {{ tieout.cents_to_dollars('every_line.gross_cents') }} as gross_amount,
        {{ tieout.cents_to_dollars('every_line.discount_cents') }} as discount_amount,
        {{ tieout.cents_to_dollars('every_line.gross_cents - every_line.discount_cents') }} as net_amount,
        {{ tieout.cents_to_dollars('every_line.cost_line_cents') }} as cost_amount,
        {{ tieout.money('null') }} as core_charge,
        every_line.is_taxable as taxable,
        every_line.tax_code,
        cast(null as varchar) as pay_type,
        {{ tieout.hours('every_line.hours') }} as hours_billed,
        {{ tieout.hours('null') }} as hours_actual,
        every_line.technician_id || ':1' as technician_ids,
        coalesce(every_line.quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        every_line._connection,
        {{ tieout.source_key(['every_line._connection', 'every_line.order_id', 'every_line.line_id']) }} as _key,
        every_line._parent_key,
        every_line._order,
        every_line._version,
        every_line._row_hash,
        orders.is_order_deleted as _is_deleted,
        every_line._bound,
        every_line._pulled_at,
        every_line._pull_id,
        every_line._parent_key as document_key
    from every_line
    inner join orders on every_line._version = orders._version
)

select * from canonical
