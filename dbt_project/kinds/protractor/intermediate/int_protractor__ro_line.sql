with packages as (
    select _version, package_id, category
    from {{ ref('stg_protractor__package') }}
    where not is_deferred
),

amounts as (
    select
        ro_id, line_id, line_type, package_id, description, part_number, brand, quantity, price, gross_amount,
        net_amount, total_cost, technician_id, {{ tieout.landed_columns() }}
    from {{ ref('int_protractor__sold_line') }}
    where not is_deferred
    union all
    select
        ro_id, line_id, line_type, null, description, null, null, null, null, amount as gross, amount as net, null,
        null, {{ tieout.landed_columns() }}
    from {{ ref('int_protractor__charge') }}
),

lines as (
    select
        amounts.ro_id,
        amounts.line_id,
        amounts.line_type,
        amounts.package_id as job_id,
        amounts.description,
        packages.category,
        cast(null as varchar) as department,
        cast(null as varchar) as op_code,
        amounts.part_number,
        amounts.brand,
        cast(null as varchar) as supplier_id,
        case when amounts.line_type <> 'labor' then {{ tieout.hours('amounts.quantity') }} end as quantity,
        {{ tieout.money('amounts.price') }} as unit_price,
        {{ tieout.money('amounts.gross_amount') }} as gross_amount,
        {{ tieout.money('amounts.gross_amount - amounts.net_amount') }} as discount_amount,
        {{ tieout.money('amounts.net_amount') }} as net_amount,
        {{ tieout.money('amounts.total_cost') }} as cost_amount,
        {{ tieout.money('null') }} as core_charge,
        false as taxable,
        cast(null as varchar) as tax_code,
        cast(null as varchar) as pay_type,
        case when amounts.line_type = 'labor' then {{ tieout.hours('amounts.quantity') }} end as hours_billed,
        {{ tieout.hours('null') }} as hours_actual,
        case when amounts.line_type = 'labor' then amounts.technician_id || ':1' end as technician_ids,
        coalesce(amounts.line_type = 'part' and amounts.quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        amounts._connection,
        {{ tieout.source_key(['amounts._connection', 'amounts.ro_id', 'amounts.line_id']) }} as _key,
        coalesce(amounts._parent_key, amounts._key) as _parent_key,
        amounts._order,
        amounts._version,
        amounts._row_hash,
        amounts._is_deleted,
        amounts._bound,
        amounts._pulled_at,
        amounts._pull_id,
        coalesce(amounts._parent_key, amounts._key) as document_key
    from amounts
    left join packages
        on amounts._version = packages._version
        and amounts.package_id = packages.package_id
)

select * from lines
