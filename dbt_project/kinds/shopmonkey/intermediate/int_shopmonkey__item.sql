-- Lines of services in cents, and whether they count: work that was declined or deferred has left the order.
with rows_of as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
    where not is_deleted_row
),

services as (
    select
        _version,
        row_id as service_id,
        authorization_status <> 'Declined' and coalesce(deferred_reason, '') = '' as is_on_order
    from rows_of
    where entity = 'service'
),

items as (
    select
        rows_of.order_id,
        rows_of.row_id as line_id,
        rows_of.service_id,
        rows_of.entity,
        case rows_of.entity when 'tire' then 'part' when 'subcontract' then 'sublet' else rows_of.entity end
            as line_type,
        rows_of.title,
        rows_of.part_number,
        rows_of.vendor_id,
        rows_of.quantity,
        rows_of.hours,
        rows_of.technician_id,
        coalesce(rows_of.is_taxable, false) as is_taxable,
        rows_of.retail_cost_cents,
        case rows_of.entity
            when 'labor' then {{ tieout.whole_cents('rows_of.hours * rows_of.rate_cents') }}
            when 'fee' then coalesce(rows_of.subtotal_cents, rows_of.amount_cents)
            when 'subcontract' then rows_of.retail_cost_cents
            else {{ tieout.whole_cents('rows_of.quantity * rows_of.retail_cost_cents') }}
        end as gross_cents,
        coalesce(rows_of.discount_cents, 0) as discount_cents,
        case rows_of.entity
            when 'labor' then rows_of.cost_total_cents
            when 'subcontract' then rows_of.cost_cents
            else {{ tieout.whole_cents('rows_of.quantity * rows_of.wholesale_cost_cents') }}
        end as cost_line_cents,
        coalesce(services.is_on_order, false) as is_on_order,
        {{ tieout.landed_columns('rows_of') }}
    from rows_of
    left join services
        on rows_of._version = services._version
        and rows_of.service_id = services.service_id
    where rows_of.entity in ('part', 'tire', 'labor', 'fee', 'subcontract')
)

select * from items
