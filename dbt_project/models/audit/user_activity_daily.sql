{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        changes.user_key,
        changes.audit_event_key,
        changes.ts,
        changes.business_date,
        changes.user_name,
        changes.entity_type,
        changes.entity_id,
        changes.ro_number,
        changes.action,
        changes.field,
        1 as events,
        cast(changes.site_key as varchar) || ' ' || changes.entity_type || ' ' || changes.entity_id as entities,
        case when changes.after_close then 1 end as after_close_edits,
        case when changes.after_hours then 1 end as after_hours_events,
        changes.ip as distinct_ips
    from {{ ref('user_activity') }} as changes
    inner join days on changes.site_key = days.site_key and changes.business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(
        keys=['user_key'], sums=['events', 'after_close_edits', 'after_hours_events'],
        distincts=['entities', 'distinct_ips'], lacks={'audit': 'audit'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.user_key,
        users.name as user_name,
        {% for column in ['events', 'entities', 'after_close_edits', 'after_hours_events', 'distinct_ips'] -%}
        {{ tieout.unless_lacking('audit', tieout.count_of('rolled.' ~ column)) }} as {{ column }},
        {% endfor -%}
        {{ tieout.null_reason('audit', 'no_audit_source') }} as null_reason,
        {{ tieout.count_of('rolled.audit_missing') }} as sites_missing
    from rolled
    left join {{ ref('dim_employee') }} as users on rolled.user_key = users.employee_key
)

select * from final
