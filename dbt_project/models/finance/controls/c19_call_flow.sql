{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Whatever goes into a node of the call flow comes out of it (REPORTS 3A.1): each step of a call but the first follows
-- another, so its steps are numbered without a hole, from where the telephone system begins to number them.
with calls as (
    select call_key, site_key, source_connection_key, source_entity_id, start_business_date, entry_point
    from {{ ref('fct_call') }}
    where direction = 'in' and not is_deleted_at_source
),

steps as (
    select
        calls.call_key,
        min(calls.source_connection_key) as source_connection_key,
        count(distinct steps_of.seq) as steps,
        min(steps_of.seq) as first_seq,
        max(steps_of.seq) as last_seq
    from {{ ref('fct_call_step') }} as steps_of
    inner join calls on steps_of.call_key = calls.call_key
    where not steps_of.is_deleted_at_source
    group by calls.call_key
),

systems as (
    select source_connection_key, min(first_seq) as first_seq
    from steps
    group by source_connection_key
),

followed as (
    select
        calls.*,
        coalesce(steps.steps, 0) as steps,
        coalesce(steps.last_seq - systems.first_seq + 1, 1) as nodes
    from calls
    inner join systems on calls.source_connection_key = systems.source_connection_key
    left join steps on calls.call_key = steps.call_key
    where steps.call_key is not null or calls.entry_point in ('open', 'closed', 'holiday')
),

final as (
    select
        {{ tieout.compared(
            business_date='start_business_date', drill_key='call_key', document="'call ' || source_entity_id",
            aspect="'flow'", severity="'W'", expected='nodes', actual='steps',
            said="case when steps = 0 then 'The call came in at the ' || entry_point || ' entry and took no path.'"
                ~ " else 'The path of the call has ' || cast(nodes as varchar) || ' steps, of which '"
                ~ " || cast(steps as varchar) || ' are told.' end"
        ) }}
    from followed
)

select * from final
