with packages as (
    select * from {{ ref('stg_protractor__package') }}
),

orders as (
    select _version, document, service_advisor_id, created_at
    from {{ ref('stg_protractor__order') }}
),

sums as (
    select
        _version,
        package_id,
        is_deferred,
        sum(case when line_type = 'part' then net_amount else 0 end) as parts_amount,
        sum(case when line_type = 'labor' then net_amount else 0 end) as labor_amount,
        sum(case when line_type = 'sublet' then net_amount else 0 end) as sublet_amount,
        min(technician_id) as first_technician,
        max(technician_id) as last_technician
    from {{ ref('int_protractor__sold_line') }}
    group by _version, package_id, is_deferred
),

jobs as (
    select
        packages.*,
        case when packages.is_deferred then 'deferred' when orders.document = 'invoice' then 'sold' else 'open' end
            as decision,
        orders.service_advisor_id,
        orders.created_at,
        coalesce(sums.parts_amount, 0) as parts_amount,
        coalesce(sums.labor_amount, 0) as labor_amount,
        coalesce(sums.sublet_amount, 0) as sublet_amount,
        -- several technicians have no one among them
        case when sums.first_technician = sums.last_technician then sums.first_technician end as technician_id
    from packages
    inner join orders on packages._version = orders._version
    left join sums
        on packages._version = sums._version
        and packages.package_id = sums.package_id
        and packages.is_deferred = sums.is_deferred
),

canonical as (
    select
        ro_id,
        package_id as job_id,
        title,
        category,
        created_at as presented_at,
        decision,
        cast(null as timestamptz) as decided_at,
        {{ tieout.money('parts_amount') }} as presented_parts,
        {{ tieout.money('labor_amount') }} as presented_labor,
        {{ tieout.money('sublet_amount') }} as presented_sublet,
        {{ tieout.money("case when decision = 'sold' then parts_amount + labor_amount + sublet_amount else 0 end") }}
            as sold_amount,
        service_advisor_id as advisor_id,
        technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns() }},
        _parent_key as document_key
    from jobs
)

select * from canonical
