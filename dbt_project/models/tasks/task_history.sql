{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with tasks as (
    select
        states.*,
        moments.as_of_ts,
        options.conversion_window_days,
        case
            when options.task_history_basis = 'closed' then states.closed_business_date
            else states.created_business_date
        end as business_date
    from {{ ref('task_state') }} as states
    inner join {{ ref('reporting_moment') }} as moments on states.site_key = moments.site_key
    inner join {{ tieout.site_options(
        {'task_history_basis': 'varchar', 'conversion_window_days': 'integer'}
    ) }} as options on states.site_key = options.site_key
),

told as (
    select * from tasks where business_date is not null
),

instants as (
    {% for column in ['created_ts', 'first_touch_ts', 'closed_ts'] -%}
    select site_key, {{ column }} as ts from told
    {%- if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}
),

clock as (
    {{ tieout.business_seconds('instants') }}
),

-- the first order that the customer opened at the shop once there was the task
resulting as (
    select
        told.task_key,
        orders.ro_number,
        row_number() over (
            partition by told.task_key order by orders.open_ts asc, orders.source_entity_id asc
        ) as place
    from told
    inner join {{ ref('bridge_customer_source') }} as cards
        on told.golden_customer_key = cards.golden_customer_key and cards.golden_customer_key <> -1
    inner join {{ ref('fct_repair_order') }} as orders
        on cards.customer_key = orders.customer_key
        and told.site_key = orders.site_key
        and told.created_ts <= orders.open_ts
        and told.created_ts + told.conversion_window_days * interval '1' day >= orders.open_ts
    where not orders.is_void and not orders.is_deleted_at_source
),

final as (
    select
        told.site_key,
        told.task_key,
        told.business_date,
        told.task_id,
        told.task_type as type,
        told.title,
        told.customer,
        told.phone,
        told.ro_number as ro,
        told.assignee_key,
        told.assignee,
        told.created_ts,
        told.due_ts,
        told.priority,
        told.last_activity_ts,
        told.times_reassigned,
        told.state,
        told.closed_ts,
        case when told.closed_ts is not null then {{ tieout.person('closers', 'told.closed_by_key') }} end
            as closed_by_key,
        closing.name as closed_by,
        told.disposition,
        {{ tieout.minutes('(touched.business_seconds - begun.business_seconds)') }} as time_to_first_touch_min,
        {{ tieout.minutes(tieout.seconds_between('told.created_ts', 'told.first_touch_ts')) }}
            as time_to_first_touch_wall_min,
        {{ tieout.minutes('(finished.business_seconds - begun.business_seconds)') }} as time_to_close_min,
        {{ tieout.minutes(tieout.seconds_between('told.created_ts', 'told.closed_ts')) }} as time_to_close_wall_min,
        case
            when told.due_ts is null then cast(null as boolean)
            when not told.is_active then told.closed_ts <= told.due_ts
            when told.due_ts < told.as_of_ts then false
        end as sla_met,
        told.reopen_count,
        resulting.ro_number as result_ro
    from told
    left join clock as begun on told.site_key = begun.site_key and told.created_ts = begun.ts
    left join clock as touched on told.site_key = touched.site_key and told.first_touch_ts = touched.ts
    left join clock as finished on told.site_key = finished.site_key and told.closed_ts = finished.ts
    left join resulting on told.task_key = resulting.task_key and resulting.place = 1
    {{ tieout.people('closers', 'told.closed_by_key') }}
    left join {{ ref('dim_employee') }} as closing
        on {{ tieout.person('closers', 'told.closed_by_key') }} = closing.employee_key
        and told.closed_ts is not null
)

select * from final
