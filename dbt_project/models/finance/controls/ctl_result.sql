{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with days as (
    select site_key, business_date from {{ ref('dim_site_day') }}
),

controls as (
    select * from {{ ref('control') }}
),

needed as (
    {% for control in tieout.controls() -%}
    {% for need in control.needs -%}
    select '{{ control.id }}' as control_id, '{{ need }}' as lack
    union all
    {% endfor -%}
    {% endfor -%}
    select '', ''
),

idle as (
    select needed.control_id, lacks.site_key, {{ tieout.joined('lacks.said', '; ', 'lacks.lack') }} as not_run_reason
    from needed
    inner join {{ ref('control_lack') }} as lacks on needed.lack = lacks.lack
    group by needed.control_id, lacks.site_key
),

compared as (
    select
        control_id,
        site_key,
        business_date,
        sum(expected) as expected,
        sum(actual) as actual,
        sum(tolerance) as tolerance,
        count(*) as compared,
        count(*) filter (where can_fail) as could_fail,
        count(*) filter (where is_exception) as exceptions,
        count(*) filter (where is_exception and severity = 'B') as blocking,
        count(*) filter (where is_exception and severity = 'W') as warning,
        {{ tieout.first_of(
            'drill_key', '(case when is_exception then 0 else 1 end, -abs(diff), drill_key, aspect)'
        ) }} as drill_key
    from {{ ref('ctl_comparison') }}
    group by control_id, site_key, business_date
),

final as (
    select
        controls.control_id,
        days.site_key,
        days.business_date,
        controls.title,
        cast(coalesce(compared.expected, 0) as decimal(18, 4)) as expected,
        cast(coalesce(compared.actual, 0) as decimal(18, 4)) as actual,
        cast(coalesce(compared.actual, 0) - coalesce(compared.expected, 0) as decimal(18, 4)) as diff,
        cast(coalesce(compared.tolerance, 0) as decimal(18, 4)) as tolerance,
        controls.tolerance_reason,
        controls.severity,
        case
            when idle.control_id is not null then 'not_run'
            when compared.blocking > 0 then 'fail'
            when compared.warning > 0 then 'warn'
            else 'pass'
        end as status,
        idle.not_run_reason,
        {{ tieout.count_of('coalesce(compared.compared, 0)') }} as compared,
        {{ tieout.count_of('coalesce(compared.could_fail, 0)') }} as could_fail,
        {{ tieout.count_of('coalesce(compared.exceptions, 0)') }} as exceptions,
        {{ tieout.ratio('compared.compared - compared.could_fail', 'compared.compared') }} as vacuous_share,
        case when compared.exceptions > 0 then compared.drill_key end as drill_key
    from days
    cross join controls
    left join idle on controls.control_id = idle.control_id and days.site_key = idle.site_key
    left join compared
        on controls.control_id = compared.control_id
        and days.site_key = compared.site_key
        and days.business_date = compared.business_date
)

select * from final
