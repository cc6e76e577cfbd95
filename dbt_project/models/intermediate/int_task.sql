{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('task', [
        'task_id', 'site', 'type', 'title', 'customer_id', 'ro_id', 'assigned_to_id', 'created_at', 'due_at',
        'priority', 'status', 'closed_at', 'closed_by_id', 'disposition', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='task') }}
),

keyed as (
    select
        newest._key as task_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.task_id as source_entity_id,
        newest.type as task_type,
        {{ tieout.dim_key(['newest.type']) }} as task_type_key,
        newest.title,
        {{ tieout.ref_key(tieout.owner('customer'), 'newest.customer_id') }} as customer_key,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.assigned_to_id') }} as assigned_to_key,
        newest.created_at as created_ts,
        {{ tieout.placed_date('created_at') }} as created_business_date,
        newest.due_at as due_ts,
        {{ tieout.placed_date('due_at') }} as due_business_date,
        newest.priority,
        newest.status,
        newest.closed_at as closed_ts,
        {{ tieout.placed_date('closed_at') }} as closed_business_date,
        {{ tieout.ref_key(tieout.owner('employee'), 'newest.closed_by_id') }} as closed_by_key,
        newest.disposition,
        newest._row_hash as source_row_hash,
        coalesce(newest.updated_at, newest._bound) as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('cast(newest.created_at as date)', ['created_at', 'due_at', 'closed_at']) }}
)

select * from keyed
