{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set moves = ['created', 'received', 'reopened', 'completed', 'cancelled', 'away'] -%}
with items as (
    select
        site_key,
        business_date
        {%- for move in moves %},
        sum({{ move }}) as {{ move }}
        {%- endfor %},
        sum(delta_state) as delta_state
    from {{ ref('task_item') }}
    group by site_key, business_date
),

days as (
    select site_key, business_date, true as is_asked from {{ ref('dim_site_day') }}
    union all
    -- what happened before a shop's first day stands in its opening
    select site_key, business_date, false from items
    where not exists (
        select 1 from {{ ref('dim_site_day') }} as known
        where known.site_key = items.site_key and known.business_date = items.business_date
    )
),

stood as (
    select
        days.site_key,
        days.business_date,
        days.is_asked
        {%- for move in moves %},
        coalesce(items.{{ move }}, 0) as {{ move }}
        {%- endfor %},
        coalesce(sum(items.delta_state) over (
            partition by days.site_key order by days.business_date asc
            rows between unbounded preceding and 1 preceding
        ), 0) as opening,
        coalesce(sum(items.delta_state) over (
            partition by days.site_key order by days.business_date asc
            rows between unbounded preceding and current row
        ), 0) as standing
    from days
    left join items on days.site_key = items.site_key and days.business_date = items.business_date
),

rolled as (
    select *, opening + created + received + reopened - completed - cancelled - away as closing
    from stood
),

final as (
    select
        rolled.site_key,
        rolled.business_date,
        {% for column in ['opening'] + moves + ['closing'] -%}
        case when lacks.site_key is null then {{ tieout.count_of('rolled.' ~ column) }} end as {{ column }},
        {% endfor -%}
        case when lacks.site_key is null then {{ tieout.count_of('rolled.standing') }} end as closing_per_state,
        case when lacks.site_key is null then {{ tieout.count_of('rolled.standing - rolled.closing') }} end as diff,
        case when lacks.site_key is not null then 'no_tasks_source' end as null_reason
    from rolled
    left join {{ ref('site_lack') }} as lacks on rolled.site_key = lacks.site_key and lacks.lack = 'tasks'
    where rolled.is_asked
)

select * from final
