{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'advisor_key', 'ro_key', 'ro_number', 'business_date'
] -%}
{% set counts = ['voided_ros', 'voided_after_close', 'with_payments', 'hours_known'] -%}
{% set amounts = ['voided_amount', 'payments_net', 'parts_on_ro', 'open_seconds'] -%}
with days as (
    {{ tieout.reported_days() }}
),

paid as (
    select ro_key, sum(amount) as payments_net
    from {{ ref('fct_tender') }}
    where kind <> 'ar_charge' and not is_void and not is_deleted_at_source
    group by ro_key
),

void_orders as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        voids.advisor_key,
        voids.ro_key,
        voids.ro_number,
        voids.void_business_date as business_date,
        coalesce(voids.void_reason, '(none)') as void_reason,
        voiders.name as voided_by,
        1 as voided_ros,
        case when voids.is_after_close then 1 else 0 end as voided_after_close,
        case when paid.ro_key is not null then 1 else 0 end as with_payments,
        case when voids.void_ts is not null and voids.open_ts is not null then 1 else 0 end as hours_known,
        voids.voided_amount,
        paid.payments_net,
        voids.parts_sales as parts_on_ro,
        {{ tieout.seconds_between('voids.open_ts', 'voids.void_ts') }} as open_seconds
    from {{ ref('ro_void') }} as voids
    inner join days on voids.site_key = days.site_key and voids.void_business_date = days.business_date
    left join paid on voids.ro_key = paid.ro_key
    left join {{ ref('dim_employee') }} as voiders
        on voids.voided_by_key = voiders.employee_key and voiders.employee_key <> -1
),

closed_orders as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.advisor_key,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        1 as closed_ros
    from {{ ref('ro_sale') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

behind as (
    {{ tieout.stacked(
        row + counts + amounts + ['closed_ros', 'void_reason', 'voided_by'],
        {'void_orders': row + counts + amounts + ['void_reason', 'voided_by'], 'closed_orders': row + ['closed_ros']}
    ) }}
),

-- an advisor who voided nothing has no row, however many orders he closed
rolled as (
    {{ tieout.rolled(
        keys=['advisor_key'], sums=counts + amounts + ['closed_ros'], columns=['voided_by'],
        aggregates={'voiders': "string_agg(distinct voided_by, '; ' order by voided_by)"}
    ) }}
),

reasons as (
    select
        coalesce(site_key, -2) as site_key,
        period_grain,
        period_start,
        advisor_key,
        case when grouping(advisor_key) = 0 then 'detail' when grouping(site_key) = 0 then 'subtotal' else 'total' end
        as row_type,
        void_reason,
        count(*) as orders
    from void_orders
    group by grouping sets (
        (site_key, period_grain, period_start, advisor_key, void_reason),
        (site_key, period_grain, period_start, void_reason),
        (period_grain, period_start, void_reason)
    )
),

reason_mixes as (
    select
        site_key,
        period_grain,
        period_start,
        advisor_key,
        row_type,
        {{ tieout.joined("void_reason || ': ' || cast(orders as varchar)", '; ', 'orders desc, void_reason asc') }}
        as reason_mix
    from reasons
    group by site_key, period_grain, period_start, advisor_key, row_type
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
        {{ tieout.count_of('rolled.voided_ros') }} as voided_ros,
        {{ tieout.money('rolled.voided_amount') }} as voided_amount,
        {{ tieout.ratio('rolled.voided_ros', 'rolled.voided_ros + rolled.closed_ros') }} as void_rate,
        {{ tieout.count_of('rolled.voided_after_close') }} as voided_after_close,
        {{ tieout.count_of('rolled.with_payments') }} as with_payments,
        {{ tieout.money('rolled.payments_net') }} as payments_net,
        {{ tieout.money('rolled.parts_on_ro') }} as parts_on_ro,
        {{ tieout.per('rolled.open_seconds', '3600 * rolled.hours_known') }} as avg_hours_open_to_void,
        mixes.reason_mix,
        rolled.voiders as voided_by
    from rolled
    left join reason_mixes as mixes
        on rolled.site_key = mixes.site_key
        and rolled.period_grain = mixes.period_grain
        and rolled.period_start = mixes.period_start
        and rolled.row_type = mixes.row_type
        and coalesce(rolled.advisor_key, 0) = coalesce(mixes.advisor_key, 0)
    left join {{ ref('dim_employee') }} as advisors on rolled.advisor_key = advisors.employee_key
    where rolled.row_type <> 'detail' or rolled.voided_ros > 0
)

select * from final
