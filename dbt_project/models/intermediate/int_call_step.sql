{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('call_step', [
        'call_id', 'seq', 'node_type', 'label', 'entered_at', 'exited_at', 'exit_reason'
    ]) }}
),

keyed as (
    select
        {{ tieout.source_key(['_connection', 'call_id', 'seq']) }} as call_step_key,
        {{ tieout.source_key(['_connection', 'call_id']) }} as call_key,
        _order as source_order,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        cast(seq as integer) as seq,
        {{ tieout.dim_key(["coalesce(node_type, '')", "coalesce(label, '')"]) }} as node_key,
        node_type,
        label,
        entered_at as enter_ts,
        exited_at as exit_ts,
        exit_reason,
        _is_deleted as is_deleted_at_source
    from rows_of
)

select * from keyed
