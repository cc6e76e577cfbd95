-- Labor, parts, charges and taxes of a document, each by its place in it.
with jobs as (
    select rows_of._version, rows_of.job_ordinal, payer_map.canonical as payer
    from {{ ref('stg_star__job') }} as rows_of
    {{ tieout.mapped('job', 'operation_id', 'payer_map') }}
),

amounts as (
    select
        ro_id, job_ordinal, 'labor' as line_type,
        cast(job_ordinal as varchar) || '.L.' || cast(labor_ordinal as varchar) as line_id,
        description, op_code, cast(null as varchar) as part_number, cast(null as varchar) as brand,
        cast(null as decimal(12, 4)) as quantity, cast(null as decimal(14, 2)) as unit_price, price_total as amount,
        price_discount as discount, price_cost as cost, cast(null as decimal(14, 2)) as core_charge, hours,
        actual_hours,
        technician_id || ':1' as technician_ids,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_star__labor') }}
    union all
    select
        ro_id, job_ordinal, 'part', cast(job_ordinal as varchar) || '.P.' || cast(part_ordinal as varchar),
        description, null, item_id, manufacturer_name, item_quantity, price_unit, price_total, price_discount,
        price_cost, price_core, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_star__part') }}
    union all
    select
        rows_of.ro_id, rows_of.job_ordinal, charge_map.canonical, 'C.' || cast(rows_of.charge_ordinal as varchar),
        rows_of.description, null, null, null, null, null, rows_of.price_total, null, rows_of.price_cost, null, null,
        null, null,
        {{ tieout.landed_columns('rows_of') }}
    from {{ ref('stg_star__charge') }} as rows_of
    {{ tieout.mapped('charge', 'charge_type', 'charge_map') }}
    union all
    select
        ro_id, null, 'tax', 'T.' || jurisdiction, jurisdiction, null, null, null, null, null, tax_amount, null, null,
        null, null, null, null,
        {{ tieout.landed_columns() }}
    from {{ ref('int_star__ro_tax') }}
),

canonical as (
    select
        amounts.ro_id,
        amounts.line_id,
        amounts.line_type,
        cast(amounts.job_ordinal as varchar) as job_id,
        amounts.description,
        cast(null as varchar) as category,
        cast(null as varchar) as department,
        amounts.op_code,
        amounts.part_number,
        amounts.brand,
        cast(null as varchar) as supplier_id,
        amounts.quantity,
        amounts.unit_price,
        {{ tieout.money('amounts.amount + coalesce(amounts.discount, 0)') }} as gross_amount,
        {{ tieout.money('coalesce(amounts.discount, 0)') }} as discount_amount,
        {{ tieout.money('amounts.amount') }} as net_amount,
        amounts.cost as cost_amount,
        amounts.core_charge,
        cast(null as boolean) as taxable,
        case when amounts.line_type = 'tax' then amounts.description end as tax_code,
        -- a sender that does not say who pays a job has customers only
        coalesce(jobs.payer, 'customer') as pay_type,
        amounts.hours as hours_billed,
        amounts.actual_hours as hours_actual,
        amounts.technician_ids,
        coalesce(amounts.quantity < 0, false) as is_return,
        cast(null as boolean) as is_freight,
        cast(null as boolean) as is_warranty_refund,
        amounts._connection,
        {{ tieout.source_key(['amounts._connection', 'amounts.ro_id', 'amounts.line_id']) }} as _key,
        {{ tieout.source_key(['amounts._connection', 'amounts.ro_id']) }} as _parent_key,
        amounts._order,
        amounts._version,
        amounts._row_hash,
        amounts._is_deleted,
        amounts._bound,
        amounts._pulled_at,
        amounts._pull_id,
        amounts._parent_key as document_key
    from amounts
    left join jobs
        on amounts._version = jobs._version
        and amounts.job_ordinal = jobs.job_ordinal
)

select * from canonical
