{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'call_step_key'}
) }}

-- depends_on: {{ ref('touched_call_before') }}
with steps as (
    select *, call_step_key as _key, source_order as _order
    from {{ ref('int_call_step') }}
),

newest as (
    {{ tieout.newest('steps') }}
),

final as (
    select
        call_step_key,
        call_key,
        source_order,
        source_connection_key,
        seq,
        node_key,
        node_type,
        label,
        enter_ts,
        exit_ts,
        exit_reason,
        is_deleted_at_source
    from newest
)

select * from final
