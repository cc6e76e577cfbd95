{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Advances that are still held must stand on an order that is still worked on; the balance must move as it says.
with items as (
    select * from {{ ref('deposit_item') }}
),

tenders as (
    select tender_key, site_key, source_connection_key, kind_origin, applied_to_ro_key
    from {{ ref('fct_tender') }}
    where kind = 'advance'
),

-- systems that say of an advance what it was used for
saying as (
    select source_connection_key from tenders where applied_to_ro_key is not null group by source_connection_key
),

voids as (
    select ro_key, void_business_date from {{ ref('ro_void') }}
),

-- what was given back on the same order is not held
held as (
    select
        items.*,
        sum(items.amount) over (partition by items.site_key, items.order_key, items.order_state) as order_amount,
        items.order_state = 'closed'
        and tenders.kind_origin = 'source'
        and tenders.applied_to_ro_key is null
        and saying.source_connection_key is not null as is_unused,
        voids.void_business_date
    from items
    left join tenders on items.item_key = tenders.tender_key
    left join saying on tenders.source_connection_key = saying.source_connection_key
    left join voids on items.order_key = voids.ro_key
),

still_open as (
    select
        *,
        case
            when order_state = 'open' then amount
            when order_state in ('void', 'deleted') and order_amount = 0 then amount
            else 0
        end as in_order
    from held
    where order_state <> 'closed' or is_unused
),

of_orders as (
    select
        {{ tieout.compared(
            business_date="greatest(taken_date, case when order_state = 'void' then void_business_date"
            ~ " when order_state = 'closed' then applied_date end)",
            drill_key='item_key', document='document', aspect="'order'", expected='in_order', actual='amount',
            said="'An advance of ' || cast(amount as varchar) || case order_state"
            ~ " when 'none' then ' stands on no order.'"
            ~ " when 'unknown' then ' stands on an order that nobody knows.'"
            ~ " when 'deleted' then ' stands on order ' || ro_number || ', which was deleted.'"
            ~ " when 'void' then ' stands on order ' || ro_number || ', which is void: the customer gets it back.'"
            ~ " when 'closed' then ' was never applied to order ' || ro_number || ', which is closed.'"
            ~ " else ' is held for order ' || ro_number || '.' end"
        ) }}
    from still_open
),

of_age as (
    select
        {{ tieout.compared(
            business_date='taken_date + 31', drill_key='item_key', document='document', aspect="'age'", expected='0',
            actual='amount', severity="'W'",
            said="'An advance of ' || cast(amount as varchar) || ' of ' || cast(taken_date as varchar)"
            ~ " || ' is held for more than 30 days.'"
        ) }}
    from held
    where order_state <> 'closed' and amount > 0 and order_amount <> 0
),

-- where dates say what is an advance, none is taken after its order's close; only the opening balance can be wrong
deriving as (
    select site_key from tenders group by site_key having min(kind_origin) = 'derived' and max(kind_origin) = 'derived'
),

opening as (
    select site_key from {{ ref('fct_opening_balance') }}
    where account = 'customer_deposits' and not is_deleted_at_source
    group by site_key
),

balances as (
    select
        days.*,
        lag(days.closing_per_open_items) over (partition by days.site_key order by days.business_date) as open_before,
        deriving.site_key is null as is_labelled,
        opening.site_key is not null as has_opening
    from {{ ref('deposit_rollforward') }} as days
    left join deriving on days.site_key = deriving.site_key
    left join opening on days.site_key = opening.site_key
),

of_days as (
    select
        {{ tieout.compared(
            document="'the day'", aspect="case when open_before is null then 'opening' else 'balance' end",
            expected='coalesce(open_before, opening) + advance_pay - applied - forfeited',
            actual='closing_per_open_items', can_fail='is_labelled or (has_opening and open_before is null)',
            said="case when open_before is null"
            ~ " then 'The opening balance of customer deposits is not the sum of the advances that were open.'"
            ~ " else 'Open advances are not those of the evening before, and what was taken less what was applied.' end"
        ) }}
    from balances
),

final as (
    select * from of_orders
    union all
    select * from of_age
    union all
    select * from of_days
)

select * from final
