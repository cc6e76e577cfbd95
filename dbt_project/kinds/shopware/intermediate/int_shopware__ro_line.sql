with items as (
    select * from {{ ref('int_shopware__item') }}
),

services as (
    select _version, service_id, category
    from {{ ref('stg_shopware__service') }}
),

charges as (
    select * from {{ ref('int_shopware__order_charge') }}
),

lines as (
    select
        items.ro_id,
        items.line_id,
        case items.item_class when 'hazmat' then 'fee' else items.item_class end as line_type,
        items.service_id as job_id,
        items.description,
        services.category,
        cast(null as varchar) as department,
        items.part_number,
        items.brand,
        items.supplier_id,
        items.quantity,
        {{ tieout.cents_to_dollars('items.price_cents') }} as unit_price,
        {{ tieout.cents_to_dollars('items.amount_cents') }} as amount,
        {{ tieout.cents_to_dollars('items.cost_cents') }} as cost_amount,
        items.is_taxable as taxable,
        items.item_class as tax_code,
        items.hours,
        items.technician_id,
        {{ tieout.landed_columns('items') }},
        items._parent_key as document_key
    from items
    left join services
        on items._version = services._version
        and items.service_id = services.service_id
),

every_line as (
    select * from lines
    union all
    select
        ro_id, line_id, line_type, null, description, null, department, null, null, null, null, null, amount, null,
        taxable, null, null, null, {{ tieout.landed_columns() }}, _key as document_key
    from charges
),

canonical as (
    select
        ro_id,
        line_id,
        line_type,
        job_id,
        description,
        category,
        department,
        cast(null as varchar) as op_code,
        part_number,
        brand,
        supplier_id,
        {{ tieout.hours('quantity') }} as quantity,
        unit_price,
        amount as gross_amount,
        {{ tieout.money('0') }} as discount_amount,
        amount as net_amount,
        cost_amount,
        {{ tieout.money('null') }} as core_charge,
        coalesce(taxable, false) as taxable,
        tax_code,
        cast(null as varchar) as pay_type,
        {{ tieout.hours('hours') }} as hours_billed,
        {{ tieout.hours('null') }} as hours_actual,
        technician_id || ':1' as technician_ids,
        coalesce(quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'line_id']) }} as _key,
        document_key as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        document_key
    from every_line
)

select * from canonical
