{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Orders that were voided, on the day of the void: as the source dates it, else by the event (REPORTS 3D.10).
with events as (
    select
        ro_key,
        min(case when to_status = 'closed' then event_ts end) as first_close_ts,
        max(case when to_status = 'void' then event_ts end) as void_ts,
        {{ tieout.last_of("case when to_status = 'void' then by_key end", 'event_ts') }} as voided_by_key
    from {{ ref('fct_ro_status_event') }}
    where to_status in ('closed', 'void') and not is_deleted_at_source
    group by ro_key
),

-- a source that empties a void says what it came to in its last version before
before as (
    select ro_key, {{ tieout.last_of('header_total', 'source_order') }} as header_total
    from {{ ref('fct_repair_order_superseded') }}
    where status <> 'void' and header_total <> 0 and not is_deleted_at_source
    group by ro_key
),

final as (
    select
        orders.ro_key,
        orders.site_key,
        coalesce(
            orders.void_business_date,
            cast(
                {{ tieout.wall_clock('events.void_ts', 'sites.iana_tz') }}
                - sites.day_cutoff_minutes * interval '1 minute' as date
            )
        ) as void_business_date,
        events.void_ts,
        orders.ro_number,
        orders.open_ts,
        {{ tieout.person('advisors', 'orders.advisor_key') }} as advisor_key,
        {{ tieout.person('voiders', 'events.voided_by_key') }} as voided_by_key,
        nullif(trim(orders.void_reason), '') as void_reason,
        coalesce(events.first_close_ts < events.void_ts, false) as is_after_close,
        {{ tieout.money('coalesce(nullif(orders.header_total, 0), before.header_total, orders.grand_total)') }}
        as voided_amount,
        orders.parts_sales
    from {{ ref('fct_repair_order') }} as orders
    inner join {{ ref('dim_site') }} as sites on orders.site_key = sites.site_key
    left join events on orders.ro_key = events.ro_key
    left join before on orders.ro_key = before.ro_key
    {{ tieout.people('advisors', 'orders.advisor_key') }}
    {{ tieout.people('voiders', 'events.voided_by_key') }}
    where orders.is_void and not orders.is_deleted_at_source
)

select * from final
