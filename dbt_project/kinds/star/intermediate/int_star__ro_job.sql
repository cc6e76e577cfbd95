with jobs as (
    select * from {{ ref('stg_star__job') }}
),

sums as (
    select
        _version,
        job_id,
        sum(case when line_type = 'part' then net_amount else 0 end) as parts,
        sum(case when line_type = 'labor' then net_amount else 0 end) as labor,
        sum(case when line_type = 'sublet' then net_amount else 0 end) as sublet,
        -- several technicians have no one among them
        case when min(technician_ids) = max(technician_ids) then split_part(max(technician_ids), ':', 1) end
            as technician_id
    from {{ ref('int_star__ro_line') }}
    group by _version, job_id
),

canonical as (
    select
        jobs.ro_id,
        cast(jobs.job_ordinal as varchar) as job_id,
        jobs.operation_name as title,
        cast(null as varchar) as category,
        cast(null as timestamptz) as presented_at,
        'sold' as decision,
        cast(null as timestamptz) as decided_at,
        {{ tieout.money('coalesce(sums.parts, 0)') }} as presented_parts,
        {{ tieout.money('coalesce(sums.labor, 0)') }} as presented_labor,
        {{ tieout.money('coalesce(sums.sublet, 0)') }} as presented_sublet,
        {{ tieout.money('coalesce(sums.parts + sums.labor + sums.sublet, 0)') }} as sold_amount,
        cast(null as varchar) as advisor_id,
        sums.technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns('jobs', {'_parent_key': tieout.source_key(['jobs._connection', 'jobs.ro_id'])}) }},
        jobs._parent_key as document_key
    from jobs
    left join sums
        on jobs._version = sums._version
        and cast(jobs.job_ordinal as varchar) = sums.job_id
)

select * from canonical
