with orders as (
    select _version, company_number, repair_order_number
    from {{ ref('stg_dealertrack__repair_order') }}
),

sold as (
    select
        line_type, line_id, cast(line_number as varchar) as job_id, description, category, stock_group, op_code,
        part_number, manufacturer, supplier_id, quantity, unit_price, amount, cost_amount, payer_code, hours,
        technician_id, is_core_charge, {{ tieout.landed_columns() }}
    from {{ ref('int_dealertrack__sold_row') }}
    union all
    select
        line_type, line_id, null, null, null, null, null,
        null, null, null, null, null, amount, null, payer_code, null,
        null, false, {{ tieout.landed_columns() }}
    from {{ ref('int_dealertrack__header_charge') }}
),

identified as (
    select
        sold.*,
        orders.company_number || '-' || orders.repair_order_number as ro_id,
        -- rows and header money of one document share its key
        coalesce(sold._parent_key, sold._key) as document_key
    from sold
    inner join orders on sold._version = orders._version
),

lines as (
    select
        ro_id,
        line_id,
        line_type,
        job_id,
        description,
        category,
        stock_group as department,
        op_code,
        part_number,
        manufacturer as brand,
        supplier_id,
        {{ tieout.hours('quantity') }} as quantity,
        {{ tieout.money('unit_price') }} as unit_price,
        {{ tieout.money('amount') }} as gross_amount,
        {{ tieout.money('0') }} as discount_amount,
        {{ tieout.money('amount') }} as net_amount,
        {{ tieout.money('cost_amount') }} as cost_amount,
        case when line_type = 'part' then {{ tieout.money('case when is_core_charge then amount else 0 end') }} end
            as core_charge,
        cast(null as boolean) as taxable,
        cast(null as varchar) as tax_code,
        case payer_code
            when 'C' then 'customer' when 'W' then 'warranty' when 'I' then 'internal' when 'S' then 'other'
        end as pay_type,
        {{ tieout.hours('hours') }} as hours_billed,
        {{ tieout.hours('null') }} as hours_actual,
        technician_id || ':1' as technician_ids,
        coalesce(quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'line_id']) }} as _key,
        {{ tieout.source_key(['_connection', 'ro_id']) }} as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        document_key
    from identified
)

select * from lines
