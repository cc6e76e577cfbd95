{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'call_leg_key'}
) }}

-- depends_on: {{ ref('touched_call_before') }}
with legs as (
    select *, call_leg_key as _key, source_order as _order
    from {{ ref('int_call_leg') }}
),

newest as (
    {{ tieout.newest('legs') }}
),

final as (
    select
        call_leg_key,
        call_key,
        source_order,
        source_connection_key,
        source_entity_id,
        extension,
        employee_key,
        start_ts,
        answer_ts,
        end_ts,
        result,
        talk_s,
        transfer_from,
        is_deleted_at_source
    from newest
)

select * from final
