{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set shown = {'video': 'has_video_viewed', 'photo': 'has_photo_sent'} -%}
with days as (
    {{ tieout.reported_days() }}
),

superseded_taxes as (
    select version, sum(net_amount) as tax
    from {{ ref('fct_ro_line_superseded') }}
    where line_type = 'tax'
    group by version
),

-- what the order stood at when it was first seen; an order that never changed was opened as it was closed
opened as (
    select
        versions.ro_key,
        {{ tieout.first_of('versions.grand_total - coalesce(taxes.tax, 0)', 'versions.source_order') }} as opened_amount
    from {{ ref('fct_repair_order_superseded') }} as versions
    left join superseded_taxes as taxes on versions.version = taxes.version
    group by versions.ro_key
),

orders as (
    select
        sales.*,
        sales.total_ex_tax - coalesce(opened.opened_amount, sales.total_ex_tax) as gain
    from {{ ref('ro_messaging') }} as sales
    left join opened on sales.ro_key = opened.ro_key
),

-- per kind what was shown of it, and in the rows above whatever was shown; beside it what had no media at all
counted as (
    {% for kind, flag in shown.items() -%}
    select *, 'detail' as level, '{{ kind }}' as kind, {{ flag }} as is_shown
    from orders
    where {{ flag }} or not has_media_made
    union all
    {% endfor -%}
    {% for level in ['subtotal', 'total'] -%}
    select *, '{{ level }}', 'video', has_media_made
    from orders
    where {{ shown.values() | join(' or ') }} or not has_media_made
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

behind as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        counted.level,
        counted.kind,
        counted.ro_key,
        counted.ro_number,
        counted.close_business_date as business_date,
        case when counted.is_shown then counted.ro_key end as n,
        case when counted.is_shown then counted.gain end as gained,
        case when not counted.is_shown then counted.ro_key end as control_n,
        case when not counted.is_shown then counted.gain end as control_gained
    from counted
    inner join days on counted.site_key = days.site_key and counted.close_business_date = days.business_date
),

rolled as (
    {{ tieout.rolled(
        keys=['kind'], columns=['level', 'n', 'gained', 'control_n', 'control_gained'],
        aggregates=tieout.levelled('kind', ['gained', 'control_gained'], ['n', 'control_n']),
        lacks={'messaging': 'messaging'}
    ) }}
),

averaged as (
    select
        rolled.*,
        {{ tieout.per('gained', 'n') }} as lift,
        {{ tieout.per('control_gained', 'control_n') }} as control_lift
    from rolled
    where row_type <> 'detail' or n > 0
),

final as (
    select
        site_key,
        period_grain,
        period_start,
        period_end,
        row_type,
        kind,
        {{ tieout.unless_lacking('messaging', 'lift') }} as lift,
        {{ tieout.unless_lacking('messaging', tieout.count_of('n')) }} as n,
        {{ tieout.unless_lacking('messaging', 'control_lift') }} as control_lift,
        {{ tieout.unless_lacking('messaging', tieout.count_of('control_n')) }} as control_n,
        {{ tieout.money(tieout.unless_lacking('messaging', 'lift - control_lift')) }} as lift_vs_control,
        {{ tieout.null_reason('messaging', 'no_messaging_source') }} as null_reason,
        {{ tieout.count_of('messaging_missing') }} as sites_missing
    from averaged
)

select * from final
