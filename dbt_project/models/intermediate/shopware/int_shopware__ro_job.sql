-- What stands on an order is sold, from the moment that work starts; what was declined is a recommendation, which is
-- not read.
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

jobs as (
    select
        services.ro_id,
        services.service_id as job_id,
        services.title,
        services.category,
        services.created_at as presented_at,
        case when orders.state = 'estimate' then 'open' else 'sold' end as decision,
        cast(null as timestamptz) as decided_at,
        {{ tieout.cents_to_dollars('coalesce(sums.part_cents, 0)') }} as presented_parts,
        {{ tieout.cents_to_dollars('coalesce(sums.labor_cents, 0)') }} as presented_labor,
        {{ tieout.cents_to_dollars('coalesce(sums.sublet_cents, 0)') }} as presented_sublet,
        {{ tieout.cents_to_dollars(
            "case when orders.state = 'estimate' then 0"
            ~ " else coalesce(sums.part_cents + sums.labor_cents + sums.sublet_cents, 0) end"
        ) }} as sold_amount,
        orders.advisor_id,
        -- several technicians have no one among them
        case when sums.first_technician = sums.last_technician then sums.first_technician end as technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns('services') }},
        services._parent_key as document_key
    from services
    inner join orders on services._version = orders._version
    left join sums
        on services._version = sums._version
        and services.service_id = sums.service_id
)

select * from jobs
