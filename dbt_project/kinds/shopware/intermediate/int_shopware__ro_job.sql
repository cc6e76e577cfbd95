-- What stands on an order is sold, from the moment that work starts; what was recommended and does not stand on it was
-- approved and waits to be put there, was declined, is open, or was left for another visit.
with services as (
    select * from {{ ref('stg_shopware__service') }}
),

orders as (
    select _version, state, advisor_id
    from {{ ref('stg_shopware__repair_order') }}
),

sums as (
    select
        _version,
        service_id,
        sum(case when item_class = 'part' then amount_cents else 0 end) as part_cents,
        sum(case when item_class = 'labor' then amount_cents else 0 end) as labor_cents,
        sum(case when item_class = 'sublet' then amount_cents else 0 end) as sublet_cents,
        min(technician_id) as first_technician,
        max(technician_id) as last_technician
    from {{ ref('int_shopware__item') }}
    group by _version, service_id
),

recommended as (
    select * from {{ ref('int_shopware__recommended') }}
),

-- when the customer said yes to what stands on the order
approvals as (
    select
        _version,
        service_id,
        min(created_at) as presented_at,
        max(approval_at) as approval_at
    from recommended
    where is_imported
    group by _version, service_id
),

standing as (
    select
        services.ro_id,
        services.service_id as job_id,
        services.title,
        services.category,
        coalesce(approvals.presented_at, services.created_at) as presented_at,
        case when orders.state = 'estimate' then 'open' else 'sold' end as decision,
        approvals.approval_at as decided_at,
        coalesce(sums.part_cents, 0) as part_cents,
        coalesce(sums.labor_cents, 0) as labor_cents,
        coalesce(sums.sublet_cents, 0) as sublet_cents,
        case
            when orders.state = 'estimate' then 0
            else coalesce(sums.part_cents + sums.labor_cents + sums.sublet_cents, 0)
        end as sold_cents,
        orders.advisor_id,
        -- several technicians have no one among them
        case when sums.first_technician = sums.last_technician then sums.first_technician end as technician_id,
        {{ tieout.landed_columns('services') }}
    from services
    inner join orders on services._version = orders._version
    left join sums
        on services._version = sums._version
        and services.service_id = sums.service_id
    left join approvals
        on services._version = approvals._version
        and services.service_id = approvals.service_id
),

proposed as (
    select
        recommended.ro_id,
        'recommended-' || recommended.recommendation_id as job_id,
        coalesce(recommended.description, recommended.service_title) as title,
        cast(null as varchar) as category,
        recommended.created_at as presented_at,
        case
            when recommended.approved = 'true' then 'sold'
            when recommended.approved = 'false' then 'declined'
            when orders.state = 'invoice' then 'deferred'
            else 'open'
        end as decision,
        recommended.approval_at as decided_at,
        recommended.part_cents,
        recommended.labor_cents,
        recommended.sublet_cents,
        0 as sold_cents,
        orders.advisor_id,
        recommended.technician_id,
        {{ tieout.landed_columns('recommended') }}
    from recommended
    inner join orders on recommended._version = orders._version
    where not recommended.is_imported
),

jobs as (
    select * from standing
    union all
    select * from proposed
),

canonical as (
    select
        ro_id,
        job_id,
        title,
        category,
        presented_at,
        decision,
        decided_at,
        {{ tieout.cents_to_dollars('part_cents') }} as presented_parts,
        {{ tieout.cents_to_dollars('labor_cents') }} as presented_labor,
        {{ tieout.cents_to_dollars('sublet_cents') }} as presented_sublet,
        {{ tieout.cents_to_dollars('sold_cents') }} as sold_amount,
        advisor_id,
        technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns() }},
        _parent_key as document_key
    from jobs
)

select * from canonical
