{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set columns = [
    'site_key', 'business_date', 'drill_key', 'document', 'aspect', 'expected', 'actual', 'tolerance', 'severity',
    'can_fail', 'said'
] -%}
with comparisons as (
    {% for control in tieout.controls() -%}
    select '{{ control.id }}' as control_id, {{ columns | join(', ') }}
    from {{ ref(control.model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- a control that needs what a shop does not have does not run there
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
    select needed.control_id, lacks.site_key
    from needed
    inner join {{ ref('control_lack') }} as lacks on needed.lack = lacks.lack
    group by needed.control_id, lacks.site_key
),

final as (
    select
        comparisons.*,
        cast(coalesce(comparisons.actual, 0) - coalesce(comparisons.expected, 0) as decimal(18, 4)) as diff,
        comparisons.actual is null
        or comparisons.expected is null
        or abs(comparisons.actual - comparisons.expected) > comparisons.tolerance as is_exception
    from comparisons
    inner join {{ ref('dim_site_day') }} as days
        on comparisons.site_key = days.site_key and comparisons.business_date = days.business_date
    left join idle on comparisons.control_id = idle.control_id and comparisons.site_key = idle.site_key
    where idle.control_id is null
)

select * from final
