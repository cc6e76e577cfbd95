-- Only what was authorized counts; `selected` is what is ticked on a screen.
with jobs as (
    select _version, job_id, category
    from {{ ref('stg_tekmetric__job') }}
    where is_authorized
),

labor as (
    select
        labor.ro_id, 'L' || labor.labor_id as line_id, 'labor' as line_type, labor.job_id, labor.description,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, cast(null as varchar) as supplier_id,
        cast(null as decimal(12, 4)) as quantity, cast(null as bigint) as unit_cents,
        {{ tieout.whole_cents('labor.hours * labor.rate_cents') }} as cents, cast(null as bigint) as cost_cents,
        labor.hours, labor.technician_id, {{ tieout.landed_columns('labor') }}
    from {{ ref('stg_tekmetric__labor') }} as labor
    inner join jobs
        on labor._version = jobs._version
        and labor.job_id = jobs.job_id
),

parts as (
    select
        parts.ro_id, 'P' || parts.part_id as line_id, 'part' as line_type, parts.job_id, parts.description,
        parts.part_number, parts.brand, cast(null as varchar) as supplier_id, parts.quantity,
        parts.retail_cents as unit_cents, {{ tieout.whole_cents('parts.quantity * parts.retail_cents') }} as cents,
        {{ tieout.whole_cents('parts.quantity * parts.cost_cents') }} as cost_cents,
        cast(null as decimal(12, 4)) as hours, cast(null as varchar) as technician_id,
        {{ tieout.landed_columns('parts') }}
    from {{ ref('stg_tekmetric__part') }} as parts
    inner join jobs
        on parts._version = jobs._version
        and parts.job_id = jobs.job_id
),

sublets as (
    select
        ro_id, 'S' || sublet_id as line_id, 'sublet' as line_type, cast(null as varchar) as job_id, description,
        cast(null as varchar) as part_number, cast(null as varchar) as brand, vendor_id as supplier_id,
        cast(null as decimal(12, 4)) as quantity, cast(null as bigint) as unit_cents, price_cents as cents, cost_cents,
        cast(null as decimal(12, 4)) as hours, cast(null as varchar) as technician_id, {{ tieout.landed_columns() }}
    from {{ ref('stg_tekmetric__sublet') }}
    where is_authorized
),

charges as (
    select * from {{ ref('int_tekmetric__charge') }}
),

amounts as (
    select * from labor
    union all
    select * from parts
    union all
    select * from sublets
    union all
    select
        ro_id, line_id, line_type, job_id, description, null, null, null, null, null, cents, null, null, null,
        {{ tieout.landed_columns() }}
    from charges
),

lines as (
    select
        amounts.ro_id,
        amounts.line_id,
        amounts.line_type,
        amounts.job_id,
        amounts.description,
        jobs.category,
        cast(null as varchar) as department,
        cast(null as varchar) as op_code,
        amounts.part_number,
        amounts.brand,
        amounts.supplier_id,
        amounts.quantity,
        {{ tieout.cents_to_dollars('amounts.unit_cents') }} as unit_price,
        {{ tieout.cents_to_dollars('amounts.cents') }} as gross_amount,
        {{ tieout.money('0') }} as discount_amount,
        {{ tieout.cents_to_dollars('amounts.cents') }} as net_amount,
        {{ tieout.cents_to_dollars('amounts.cost_cents') }} as cost_amount,
        {{ tieout.money('null') }} as core_charge,
        false as taxable,
        cast(null as varchar) as tax_code,
        cast(null as varchar) as pay_type,
        {{ tieout.hours('amounts.hours') }} as hours_billed,
        {{ tieout.hours('null') }} as hours_actual,
        amounts.technician_id || ':1' as technician_ids,
        coalesce(amounts.quantity < 0, false) as is_return,
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
    left join jobs
        on amounts._version = jobs._version
        and amounts.job_id = jobs.job_id
)

select * from lines
