with jobs as (
    select * from {{ ref('stg_tekmetric__job') }}
),

orders as (
    select _version, service_writer_id
    from {{ ref('stg_tekmetric__repair_order') }}
),

canonical as (
    select
        jobs.ro_id,
        jobs.job_id,
        jobs.title,
        jobs.category,
        jobs.created_at as presented_at,
        case when jobs.is_authorized then 'sold' when not jobs.is_authorized then 'declined' else 'open' end
            as decision,
        jobs.authorized_at as decided_at,
        {{ tieout.cents_to_dollars('coalesce(jobs.parts_cents, 0)') }} as presented_parts,
        {{ tieout.cents_to_dollars('coalesce(jobs.labor_cents, 0)') }} as presented_labor,
        -- sublets stand beside the jobs
        {{ tieout.money('0') }} as presented_sublet,
        {{ tieout.cents_to_dollars(
            'case when jobs.is_authorized then coalesce(jobs.parts_cents, 0) + coalesce(jobs.labor_cents, 0)'
            ~ ' - coalesce(jobs.discount_cents, 0) else 0 end'
        ) }} as sold_amount,
        orders.service_writer_id as advisor_id,
        jobs.technician_id,
        case when not jobs.is_authorized then jobs.note end as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns('jobs') }},
        jobs._parent_key as document_key
    from jobs
    inner join orders on jobs._version = orders._version
)

select * from canonical
