-- Labor, parts, fees, discounts and charges by their place in the order; shop charges and tax from its totals.
with techs as (
    select
        _version,
        line_code,
        lop_seq_no,
        string_agg(
            tech_no || ':' || cast(cast(coalesce(percentage, 100) / 100 as decimal(9, 4)) as varchar), ';'
            order by percentage desc, tech_no asc
        ) as technician_ids
    from {{ ref('stg_cdk__hours') }}
    where tech_no is not null
    group by _version, line_code, lop_seq_no
),

amounts as (
    select
        labor.ro_id, 'L.' || cast(labor.ordinal as varchar) as line_id, 'labor' as line_type, labor.line_code,
        labor.description, cast(null as varchar) as department, labor.op_code, cast(null as varchar) as part_number,
        cast(null as varchar) as brand, cast(null as decimal(12, 4)) as quantity,
        cast(null as decimal(14, 2)) as unit_price, labor.sale as amount, labor.cost,
        cast(null as decimal(14, 2)) as core_charge, labor.payer_code, labor.sold_hours, labor.actual_hours,
        techs.technician_ids,
        {{ tieout.landed_columns('labor') }}
    from {{ ref('stg_cdk__labor') }} as labor
    left join techs
        on labor._version = techs._version
        and labor.line_code = techs.line_code
        and labor.sequence_no = techs.lop_seq_no
    union all
    select
        ro_id, 'P.' || cast(ordinal as varchar), 'part', line_code, description, part_class, null, part_no, brand,
        qty_sold, {{ tieout.money('unit_price') }}, extended_sale + coalesce(core_sale, 0),
        extended_cost + coalesce(core_cost, 0), coalesce(core_sale, 0), payer_code, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_cdk__part') }}
    union all
    select
        ro_id, 'F.' || cast(ordinal as varchar), 'fee', line_code, description, null, null, null, null, null, null,
        sale, cost, null, payer_code, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_cdk__fee') }}
    union all
    select
        ro_id, 'D.' || cast(ordinal as varchar), 'discount', line_code, description, null, null, null, null, null,
        null, total_discount, null, null, payer_code, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_cdk__discount') }}
    union all
    select
        rows_of.ro_id, 'M.' || cast(rows_of.ordinal as varchar), type_map.canonical, rows_of.line_code,
        rows_of.description, null, null, null, null, null, null, rows_of.sale, rows_of.cost, null, rows_of.payer_code,
        null, null, null,
        {{ tieout.landed_columns('rows_of') }}
    from {{ ref('stg_cdk__misc') }} as rows_of
    {{ tieout.mapped('misc', 'type', 'type_map') }}
    union all
    select
        ro_id, 'S.' || payer_code, 'supply', null, 'Shop charges', null, null, null, null, null, null,
        shop_charge_sale, shop_charge_cost, null, payer_code, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_cdk__total') }}
    where shop_charge_sale <> 0
    union all
    select
        ro_id, 'T.' || payer_code, 'tax', null, 'Tax', null, null, null, null, null, null, ro_tax, null, null,
        payer_code, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_cdk__total') }}
    where ro_tax <> 0
),

canonical as (
    select
        ro_id,
        line_id,
        line_type,
        line_code as job_id,
        description,
        cast(null as varchar) as category,
        department,
        op_code,
        part_number,
        brand,
        cast(null as varchar) as supplier_id,
        quantity,
        unit_price,
        {{ tieout.money('amount') }} as gross_amount,
        {{ tieout.money('0') }} as discount_amount,
        {{ tieout.money('amount') }} as net_amount,
        {{ tieout.money('cost') }} as cost_amount,
        {{ tieout.money('core_charge') }} as core_charge,
        cast(null as boolean) as taxable,
        cast(null as varchar) as tax_code,
        case coalesce(payer_code, 'C')
            when 'C' then 'customer' when 'W' then 'warranty' when 'I' then 'internal' else 'other'
        end as pay_type,
        sold_hours as hours_billed,
        actual_hours as hours_actual,
        technician_ids,
        coalesce(quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'line_id']) }} as _key,
        _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _parent_key as document_key
    from amounts
)

select * from canonical
