{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

steps as (
    select
        call_key,
        node_type,
        coalesce(label, node_type) as node,
        {{ tieout.seconds_between('enter_ts', 'exit_ts') }} as seconds,
        row_number() over (partition by call_key order by seq asc, call_step_key asc) as depth,
        count(*) over (partition by call_key) as steps
    from {{ ref('fct_call_step') }}
    where not is_deleted_at_source
),

calls as (
    select
        calls_of.*,
        lasts.steps,
        lasts.node as last_node,
        lasts.seconds as last_seconds,
        case
            when lasts.node_type = 'voicemail' then 'VOICEMAIL'
            when lasts.node_type = 'external' then 'EXTERNAL'
            when lasts.node_type = 'hangup' then 'ABANDONED'
            when calls_of.status = 'answered' then 'ANSWERED'
            when calls_of.status = 'voicemail' then 'VOICEMAIL'
            when lasts.steps is not null then 'ABANDONED'
        end as terminal,
        coalesce(lasts.node_type in ('voicemail', 'external', 'hangup'), false) as ends_in_step
    from {{ ref('counted_call') }} as calls_of
    left join steps as lasts on calls_of.call_key = lasts.call_key and lasts.steps = lasts.depth
    where calls_of.direction = 'in'
),

passed as (
    select
        call_key,
        node_type,
        node,
        depth,
        steps,
        lag(node) over (partition by call_key order by depth asc) as from_node,
        lag(seconds) over (partition by call_key order by depth asc) as seconds
    from steps
),

edges as (
    select
        calls.call_key,
        passed.depth - 1 as depth,
        coalesce(passed.from_node, 'START') as from_node,
        case when calls.ends_in_step and passed.depth = passed.steps then calls.terminal else passed.node end
            as to_node,
        passed.seconds,
        calls.ends_in_step and passed.depth = passed.steps as is_last
    from calls
    inner join passed on calls.call_key = passed.call_key
    union all
    select call_key, steps, last_node, terminal, last_seconds, true
    from calls
    where steps is not null and not ends_in_step
    union all
    select call_key, 0, 'START', '(no path data)', null, false
    from calls
    where steps is null
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        edges.depth,
        edges.from_node,
        edges.to_node,
        calls.call_key,
        calls.call_id,
        days.business_date,
        calls.start_ts,
        calls.status,
        calls.entry_point,
        edges.seconds,
        calls.call_key as calls,
        calls.from_e164 as unique_callers,
        case when edges.is_last and calls.status = 'abandoned' then 1 else 0 end as abandoned_here
    from edges
    inner join calls on edges.call_key = calls.call_key
    inner join days on calls.site_key = days.site_key and calls.start_business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(
        keys=['depth', 'from_node', 'to_node'], sums=['abandoned_here'], distincts=['calls', 'unique_callers'],
        columns=['entry_point', 'seconds'],
        aggregates={
            'first_entry_point': 'min(entry_point)', 'last_entry_point': 'max(entry_point)',
            'median_seconds': tieout.median('seconds')
        }
    ) }}
),

compared as (
    select
        *,
        sum(case when row_type = 'detail' then calls end) over (
            partition by site_key, period_grain, period_start, depth, from_node
        ) as parent_calls,
        max(case when row_type <> 'detail' then calls end) over (
            partition by site_key, period_grain, period_start
        ) as all_calls
    from rolled
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        row_type,
        {{ tieout.count_of('depth') }} as depth,
        from_node,
        to_node,
        case
            when row_type <> 'detail' then null
            when first_entry_point = last_entry_point then first_entry_point
            when first_entry_point is not null then 'mixed'
        end as entry_point,
        {{ tieout.count_of('calls') }} as calls,
        {{ tieout.count_of('unique_callers') }} as unique_callers,
        case when row_type = 'detail' then {{ tieout.ratio('calls', 'parent_calls') }} end as pct_of_parent,
        {{ tieout.ratio('calls', 'all_calls') }} as pct_of_all,
        cast(case when row_type = 'detail' then median_seconds end as decimal(12, 2)) as median_seconds_at_from,
        {{ tieout.count_of('abandoned_here') }} as abandoned_here
    from compared
)

select * from final
