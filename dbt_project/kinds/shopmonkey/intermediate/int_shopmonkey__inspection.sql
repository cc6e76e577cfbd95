with rows_of as (
    select * from {{ ref('stg_shopmonkey__inspection_row') }}
),

inspections as (
    select * from rows_of
    where entity = 'inspection'
),

items as (
    select
        _version,
        count(*) filter (where status = 'Red') as items_red,
        count(*) filter (where status = 'Yellow') as items_yellow,
        count(*) filter (where status = 'Green') as items_green
    from rows_of
    where entity = 'inspection_item'
    and not is_deleted_row
    group by _version
),

canonical as (
    select
        inspections.inspection_id,
        inspections.order_id as ro_id,
        coalesce(inspections.completed_by_id, inspections.created_by_id) as technician_id,
        inspections.created_date as started_at,
        case when inspections.is_completed then inspections.completed_date end as completed_at,
        cast(null as timestamptz) as sent_at,
        items.items_red,
        items.items_yellow,
        items.items_green,
        coalesce(inspections.updated_date, inspections.changed_at) as updated_at,
        inspections._connection,
        inspections._parent_key as _key,
        cast(null as uuid) as _parent_key,
        inspections._order,
        inspections._version,
        inspections._version as _row_hash,
        inspections.is_deleted_row as _is_deleted,
        inspections._bound,
        inspections._pulled_at,
        inspections._pull_id,
        inspections._parent_key as document_key
    from inspections
    left join items on inspections._version = items._version
)

select * from canonical
