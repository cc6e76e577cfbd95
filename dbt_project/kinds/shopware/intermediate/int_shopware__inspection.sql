-- The inspection of an order: all items that were looked at on its services.
with items as (
    select * from {{ ref('stg_shopware__inspection') }}
),

orders as (
    select * from {{ ref('stg_shopware__repair_order') }}
),

sums as (
    select
        _version,
        min(created_at) as started_at,
        max(updated_at) as answered_at,
        count(*) filter (where state is null or state = 'unchecked') as items_open,
        count(*) filter (where state = 'red') as items_red,
        count(*) filter (where state = 'yellow') as items_yellow,
        count(*) filter (where state = 'green') as items_green
    from items
    group by _version
),

canonical as (
    select
        orders.ro_id as inspection_id,
        orders.ro_id,
        orders.technician_id,
        sums.started_at,
        case when sums.items_open = 0 then sums.answered_at end as completed_at,
        cast(null as timestamptz) as sent_at,
        sums.items_red,
        sums.items_yellow,
        sums.items_green,
        orders.updated_at,
        {{ tieout.landed_columns('orders') }},
        orders._key as document_key
    from sums
    inner join orders on sums._version = orders._version
)

select * from canonical
