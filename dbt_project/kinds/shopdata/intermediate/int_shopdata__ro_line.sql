-- One row per operation's labor, part, misc amount, and the order's tax.
with operations as (
    select * from {{ ref('stg_shopdata__lines') }}
),

shares as (
    select
        _version,
        line_number,
        technician_id,
        actual_hours,
        coalesce({{ tieout.div('flag_hours', 'sum(flag_hours) over (partition by _version, line_number)', 4) }}, 1)
            as share
    from {{ ref('stg_shopdata__techs') }}
),

worked as (
    select
        _version,
        line_number,
        sum(actual_hours) as hours_actual,
        string_agg(technician_id || ':' || cast(cast(share as decimal(9, 4)) as varchar), ';' order by technician_id)
            as technician_ids
    from shares
    group by _version, line_number
),

labor as (
    select
        operations.ro_id,
        cast(operations.line_number as varchar) || '.L' as line_id,
        'labor' as line_type,
        operations.line_number,
        operations.description,
        cast(null as varchar) as department,
        cast(null as varchar) as part_number,
        cast(null as varchar) as brand,
        cast(null as varchar) as supplier_id,
        cast(null as decimal(12, 4)) as quantity,
        cast(null as decimal(14, 2)) as unit_price,
        operations.labor_sale as amount,
        operations.labor_discount as discount,
        operations.labor_cost as cost,
        cast(null as decimal(14, 2)) as core_charge,
        operations.is_taxable,
        operations.payer_code,
        operations.sold_hours as hours,
        worked.hours_actual,
        worked.technician_ids,
        {{ tieout.landed_columns('operations') }}
    from operations
    left join worked
        on operations._version = worked._version
        and operations.line_number = worked.line_number
    where operations.labor_sale <> 0 or operations.sold_hours <> 0
),

parts as (
    select
        ro_id, cast(line_number as varchar) || '.P.' || cast(sequence as varchar) as line_id, 'part' as line_type,
        line_number, description, department, part_number, brand, cast(null as varchar) as supplier_id, quantity,
        unit_sale as unit_price, sale as amount, discount, cost, core_charge, is_taxable,
        cast(null as varchar) as payer_code, cast(null as decimal(12, 4)) as hours,
        cast(null as decimal(12, 4)) as hours_actual, cast(null as varchar) as technician_ids,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_shopdata__parts') }}
),

misc as (
    select
        rows_of.ro_id, coalesce(cast(rows_of.line_number as varchar), '0') || '.M.' || cast(rows_of.sequence as varchar)
            as line_id,
        code_map.canonical as line_type,
        rows_of.line_number, rows_of.description, cast(null as varchar) as department,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, rows_of.vendor_id as supplier_id,
        cast(null as decimal(12, 4)) as quantity, cast(null as decimal(14, 2)) as unit_price, rows_of.sale as amount,
        cast(null as decimal(14, 2)) as discount, rows_of.cost, cast(null as decimal(14, 2)) as core_charge,
        rows_of.is_taxable, rows_of.payer_code, cast(null as decimal(12, 4)) as hours,
        cast(null as decimal(12, 4)) as hours_actual, cast(null as varchar) as technician_ids,
        {{ tieout.landed_columns('rows_of') }}
    from {{ ref('stg_shopdata__misc') }} as rows_of
    {{ tieout.mapped('misc', 'code', 'code_map') }}
),

tax as (
    select
        ro_id, 'tax' as line_id, 'tax' as line_type, cast(null as bigint) as line_number,
        cast(null as varchar) as description, cast(null as varchar) as department,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, cast(null as varchar) as supplier_id,
        cast(null as decimal(12, 4)) as quantity, cast(null as decimal(14, 2)) as unit_price, tax_total as amount,
        cast(null as decimal(14, 2)) as discount, cast(null as decimal(14, 2)) as cost,
        cast(null as decimal(14, 2)) as core_charge, false as is_taxable, 'C' as payer_code,
        cast(null as decimal(12, 4)) as hours, cast(null as decimal(12, 4)) as hours_actual,
        cast(null as varchar) as technician_ids,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_shopdata__ros') }}
    where tax_total <> 0
),

amounts as (
    select * from labor
    union all
    select * from parts
    union all
    select * from misc
    union all
    select * from tax
),

placed as (
    select
        amounts.*,
        operations.op_code,
        operations.category,
        -- a part is paid by who pays its operation
        coalesce(amounts.payer_code, operations.payer_code, 'C') as payer,
        coalesce(amounts._parent_key, amounts._key) as document_key
    from amounts
    left join operations
        on amounts._version = operations._version
        and amounts.line_number = operations.line_number
),

lines as (
    select
        ro_id,
        line_id,
        line_type,
        cast(line_number as varchar) as job_id,
        description,
        category,
        department,
        op_code,
        part_number,
        brand,
        supplier_id,
        quantity,
        unit_price,
        {{ tieout.money('amount + coalesce(discount, 0)') }} as gross_amount,
        {{ tieout.money('coalesce(discount, 0)') }} as discount_amount,
        {{ tieout.money('amount') }} as net_amount,
        {{ tieout.money('cost') }} as cost_amount,
        {{ tieout.money('core_charge') }} as core_charge,
        is_taxable as taxable,
        cast(null as varchar) as tax_code,
        case payer when 'C' then 'customer' when 'W' then 'warranty' when 'I' then 'internal' when 'S' then 'other' end
            as pay_type,
        {{ tieout.hours('hours') }} as hours_billed,
        {{ tieout.hours('hours_actual') }} as hours_actual,
        technician_ids,
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
    from placed
)

select * from lines
