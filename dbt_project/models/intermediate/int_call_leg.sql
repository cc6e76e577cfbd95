{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('call_leg', [
        'call_id', 'leg_id', 'extension', 'employee_id', 'started_at', 'answered_at', 'ended_at', 'result',
        'transfer_from'
    ]) }}
),

keyed as (
    select
        {{ tieout.source_key(['_connection', 'call_id', 'leg_id']) }} as call_leg_key,
        {{ tieout.source_key(['_connection', 'call_id']) }} as call_key,
        _order as source_order,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        leg_id as source_entity_id,
        extension,
        {{ tieout.ref_key('_connection', 'employee_id') }} as employee_key,
        started_at as start_ts,
        answered_at as answer_ts,
        ended_at as end_ts,
        result,
        case when answered_at is not null then {{ tieout.seconds_between('answered_at', 'ended_at') }} else 0 end
            as talk_s,
        transfer_from,
        _is_deleted as is_deleted_at_source
    from rows_of
)

select * from keyed
