{{ config(materialized='view', meta={'computed': 'on_read', 'days': 'all'}) }}

with items as (
    select * from {{ ref('deposit_item') }}
),

-- the books of a shop begin with its opening balance, where it has one, on the evening of its day
opened as (
    select site_key, max(business_date) as opened_date, sum(amount) as balance
    from {{ ref('fct_opening_balance') }}
    where account = 'customer_deposits' and not is_deleted_at_source
    group by site_key
),

taken as (
    select
        site_key,
        business_date,
        amount as advance_pay,
        case when amount < 0 then amount end as refunded
    from {{ ref('fct_tender') }}
    where kind = 'advance' and not is_void and not is_deleted_at_source
),

applied as (
    select orders.site_key, orders.close_business_date as business_date, settlements.amount as applied
    from {{ ref('fct_settlement') }} as settlements
    inner join {{ ref('fct_repair_order') }} as orders on settlements.settled_ro_key = orders.ro_key and orders.is_sale
    where settlements.kind = 'advance'
),

-- the same balance, by what is open
open_items as (
    select site_key, taken_date as business_date, amount as item_change
    from items
    union all
    select site_key, greatest(taken_date, applied_date), -amount
    from items
    where applied_date is not null
),

events as (
    {{ tieout.stacked(['site_key', 'business_date', 'advance_pay', 'refunded', 'applied', 'item_change'], {
        'taken': ['site_key', 'business_date', 'advance_pay', 'refunded'],
        'applied': ['site_key', 'business_date', 'applied'],
        'open_items': ['site_key', 'business_date', 'item_change']
    }) }}
),

moved as (
    select
        events.site_key,
        events.business_date,
        coalesce(sum(events.advance_pay) filter (where {{ tieout.after_opening() }}), 0) as advance_pay,
        coalesce(sum(events.refunded) filter (where {{ tieout.after_opening() }}), 0) as refunded,
        coalesce(sum(events.applied) filter (where {{ tieout.after_opening() }}), 0) as applied,
        coalesce(sum(events.item_change), 0) as item_change
    from events
    left join opened on events.site_key = opened.site_key
    group by events.site_key, events.business_date
),

{{ tieout.balance_days('moved', ['advance_pay', 'refunded', 'applied', 'item_change']) }},

running as (
    select
        balance_days.*,
        coalesce(opened.balance, 0)
        + sum(balance_days.advance_pay - balance_days.applied) over through_today as closing,
        sum(balance_days.item_change) over through_today as closing_per_open_items
    from balance_days
    left join opened on balance_days.site_key = opened.site_key
    window through_today as (partition by balance_days.site_key order by balance_days.business_date)
),

-- an item is the oldest from the day on which no earlier one is open
by_day_taken as (
    select
        site_key,
        taken_date,
        max(
            case when applied_date is null then cast('9999-12-31' as date) else greatest(taken_date, applied_date) end
        ) as gone_date
    from items
    group by site_key, taken_date
),

oldest as (
    select
        site_key,
        taken_date,
        gone_date,
        max(gone_date) over (
            partition by site_key order by taken_date rows between unbounded preceding and 1 preceding
        ) as earlier_gone_date
    from by_day_taken
),

final as (
    select
        running.site_key,
        running.business_date,
        {{ tieout.money('running.closing - running.advance_pay + running.applied') }} as opening,
        {{ tieout.money('running.advance_pay') }} as advance_pay,
        {{ tieout.money('running.applied') }} as applied,
        {{ tieout.money('running.refunded') }} as refunded,
        {{ tieout.money('0') }} as forfeited,
        {{ tieout.money('running.closing') }} as closing,
        {{ tieout.money('running.closing_per_open_items') }} as closing_per_open_items,
        {{ tieout.money('running.closing - running.closing_per_open_items') }} as diff,
        {{ tieout.count_of('running.business_date - oldest.taken_date') }} as oldest_days
    from running
    left join opened on running.site_key = opened.site_key
    left join oldest
        on running.site_key = oldest.site_key
        and running.business_date >= oldest.taken_date
        and running.business_date < oldest.gone_date
        and running.business_date >= coalesce(oldest.earlier_gone_date, oldest.taken_date)
    where running.business_date > opened.opened_date or opened.opened_date is null
)

select * from final
