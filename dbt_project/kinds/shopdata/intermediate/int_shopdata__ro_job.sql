with operations as (
    select * from {{ ref('stg_shopdata__lines') }}
),

lines as (
    select
        _version,
        job_id,
        sum(case when line_type = 'part' then net_amount else 0 end) as parts_amount,
        sum(case when line_type = 'labor' then net_amount else 0 end) as labor_amount,
        sum(case when line_type = 'sublet' then net_amount else 0 end) as misc_amount,
        -- several technicians have no one among them
        max(case when line_type = 'labor' and technician_ids not like '%;%' then split_part(technician_ids, ':', 1) end)
            as technician_id
    from {{ ref('int_shopdata__ro_line') }}
    group by _version, job_id
),

done as (
    select
        operations.ro_id,
        cast(operations.line_number as varchar) as job_id,
        operations.description as title,
        operations.category,
        'sold' as decision,
        coalesce(lines.parts_amount, 0) as parts_amount,
        coalesce(lines.labor_amount, 0) as labor_amount,
        coalesce(lines.misc_amount, 0) as misc_amount,
        lines.technician_id,
        cast(null as varchar) as reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns('operations') }}
    from operations
    left join lines
        on operations._version = lines._version
        and cast(operations.line_number as varchar) = lines.job_id
),

jobs as (
    select * from done
    union all
    select
        ro_id, 'R' || cast(sequence as varchar), description, category, decision, coalesce(parts_amount, 0),
        coalesce(labor_amount, 0), coalesce(misc_amount, 0), technician_id, reason, deferred_until,
        {{ tieout.landed_columns() }}
    from {{ ref('stg_shopdata__recommendations') }}
),

canonical as (
    select
        ro_id,
        job_id,
        title,
        category,
        cast(null as timestamptz) as presented_at,
        decision,
        cast(null as timestamptz) as decided_at,
        {{ tieout.money('parts_amount') }} as presented_parts,
        {{ tieout.money('labor_amount') }} as presented_labor,
        {{ tieout.money('misc_amount') }} as presented_sublet,
        {{ tieout.money(
            "case when decision = 'sold' then parts_amount + labor_amount + misc_amount else 0 end"
        ) }} as sold_amount,
        cast(null as varchar) as advisor_id,
        technician_id,
        reason as declined_reason,
        deferred_until,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'job_id']) }} as _key,
        {{ tieout.source_key(['_connection', 'ro_id']) }} as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _parent_key as document_key
    from jobs
)

select * from canonical
