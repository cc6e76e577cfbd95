{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    {{ tieout.reported_days() }}
),

{{ tieout.task_flow('advisor_key', 'created_for') }},

rolled as (
    {{ tieout.rolled(
        keys=['advisor_key'], sums=['created_for'] + tieout.task_flow_sums(),
        aggregates={'median_close_s': tieout.median('close_s')}, lacks={'tasks': 'tasks'}
    ) }}
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.advisor_key,
        advisors.name as advisor,
        {{ tieout.task_counts([
            'opening', 'created_for', 'received_by_reassign', 'completed', 'cancelled', 'reassigned_away', 'reopened',
            'closing'
        ]) }}
        {{ tieout.task_flow_pace() }}
    from rolled
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
)

select * from final
