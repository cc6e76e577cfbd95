with services as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
    where entity = 'service'
    and not is_deleted_row
),

orders as (
    select
        _version,
        service_writer_id,
        is_deleted_row as is_order_deleted
    from {{ ref('stg_shopmonkey__order_row') }}
    where entity = 'order'
),

sums as (
    select
        _version,
        service_id,
        sum(discount_cents) as discount_cents,
        min(technician_id) as first_technician,
        max(technician_id) as last_technician
    from {{ ref('int_shopmonkey__item') }}
    group by _version, service_id
),

decided as (
    select
        services.*,
        services.calculated_parts_cents + services.calculated_tires_cents as parts_line_cents,
        case
            when services.authorization_status = 'Declined' then 'declined'
            when coalesce(services.deferred_reason, '') <> '' then 'deferred'
            when services.authorization_status = 'Authorized' then 'sold'
            else 'open'
        end as decision
    from services
),

canonical as (
    select
        decided.order_id as ro_id,
        decided.row_id as job_id,
        decided.title,
        cast(null as varchar) as category,
        decided.created_date as presented_at,
        decided.decision,
        decided.deferred_date as decided_at,
        {{ tieout.cents_to_dollars('decided.parts_line_cents') }} as presented_parts,
        {{ tieout.cents_to_dollars('decided.calculated_labor_cents') }} as presented_labor,
        {{ tieout.cents_to_dollars('decided.calculated_subcontracts_cents') }} as presented_sublet,
        {{ tieout.cents_to_dollars(
            "case when decided.decision = 'sold' then decided.parts_line_cents + decided.calculated_labor_cents"
            ~ " + decided.calculated_subcontracts_cents - coalesce(sums.discount_cents, 0) else 0 end"
        ) }} as sold_amount,
        orders.service_writer_id as advisor_id,
        -- several technicians have no one among them
        case when sums.first_technician = sums.last_technician then sums.first_technician end as technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        decided._connection,
        {{ tieout.source_key(['decided._connection', 'decided.order_id', 'decided.row_id']) }} as _key,
        decided._parent_key,
        decided._order,
        decided._version,
        decided._row_hash,
        orders.is_order_deleted as _is_deleted,
        decided._bound,
        decided._pulled_at,
        decided._pull_id,
        decided._parent_key as document_key
    from decided
    inner join orders on decided._version = orders._version
    left join sums
        on decided._version = sums._version
        and decided.row_id = sums.service_id
)

select * from canonical
