{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Orders of less than nothing: the order that they refund, what was given back, that all refunds of an order stay
-- within it, and who stands behind. Where a source never says it, the original is the latest order of the same customer
-- and vehicle that was closed before and is large enough (REPORTS 0.4).
with orders as (
    select * from {{ ref('fct_repair_order') }}
    where is_sale
),

-- whether a system names anybody at all, and whether it says what an order refunds
people as (
    select
        source_connection_key,
        count(updated_by) > 0 as is_named,
        count(refund_of_ro_key) > 0 as is_linked
    from {{ ref('fct_repair_order') }}
    group by source_connection_key
),

refunds as (
    select orders.*, options.tolerance_money, people.is_named, people.is_linked
    from orders
    inner join {{ tieout.site_options({'tolerance_money': 'decimal(18, 4)'}) }} as options
        on orders.site_key = options.site_key
    left join people on orders.source_connection_key = people.source_connection_key
    where orders.is_refund
),

presumed as (
    select
        refunds.ro_key,
        {{ tieout.last_of('orders.ro_key', '(orders.close_business_date, orders.ro_number)') }} as original_ro_key
    from refunds
    inner join orders
        on refunds.site_key = orders.site_key
        and refunds.customer_key = orders.customer_key
        and refunds.vehicle_key = orders.vehicle_key
        and refunds.close_business_date >= orders.close_business_date
        and refunds.grand_total + orders.grand_total >= 0
    where refunds.refund_of_ro_key is null and not refunds.is_linked and refunds.customer_key <> -1
    group by refunds.ro_key
),

linked as (
    select
        refunds.*,
        originals.ro_key as original_ro_key,
        originals.ro_number as original_number,
        originals.grand_total as original_total,
        -- nobody can give back again what was given back before
        sum(refunds.grand_total) over (
            partition by coalesce(originals.ro_key, refunds.ro_key)
            order by refunds.close_business_date, refunds.close_ts, refunds.ro_number, refunds.ro_key
            rows between unbounded preceding and current row
        ) as refunded
    from refunds
    left join presumed on refunds.ro_key = presumed.ro_key
    left join orders as originals
        on coalesce(refunds.refund_of_ro_key, presumed.original_ro_key) = originals.ro_key
),

given_back as (
    select
        ro_key,
        sum(amount) as amount,
        count(*) filter (where taken_by_key <> -1) as named
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_charge') and not is_void and not is_deleted_at_source
    group by ro_key
),

originals as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'original'", expected='1', actual='case when original_ro_key is not null then 1 end',
            severity="'W'",
            said="'RO ' || ro_number || ' gives back ' || cast(-grand_total as varchar) "
            ~ "|| ', and no order is known that it refunds.'"
        ) }}
    from linked
),

tenders as (
    select
        {{ tieout.compared(
            site_key='linked.site_key', business_date='linked.close_business_date', drill_key='linked.ro_key',
            document="'RO ' || linked.ro_number", aspect="'tender'", expected='linked.grand_total',
            actual='given_back.amount', tolerance='linked.tolerance_money', severity="'W'",
            said="'RO ' || linked.ro_number || ' refunds ' || cast(-linked.grand_total as varchar) || '; given back was ' "
            ~ "|| coalesce(cast(-given_back.amount as varchar), 'nothing') || '.'"
        ) }}
    from linked
    left join given_back on linked.ro_key = given_back.ro_key
),

limits as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'limit'", expected='least(-refunded, original_total)', actual='-refunded',
            tolerance='tolerance_money', severity="'W'",
            said="'With RO ' || ro_number || ' there are refunds of ' || cast(-refunded as varchar) || ' of RO ' "
            ~ "|| original_number || ', which came to ' || cast(original_total as varchar) || '.'"
        ) }}
    from linked
    where original_ro_key is not null
),

approvers as (
    select
        {{ tieout.compared(
            site_key='linked.site_key', business_date='linked.close_business_date', drill_key='linked.ro_key',
            document="'RO ' || linked.ro_number", aspect="'approver'", expected='1',
            actual='case when linked.updated_by is not null or given_back.named > 0 then 1 end', severity="'W'",
            said="'Nobody is named who approved the refund of ' || cast(-linked.grand_total as varchar) || ' on RO ' "
            ~ "|| linked.ro_number || '.'"
        ) }}
    from linked
    left join given_back on linked.ro_key = given_back.ro_key
    where linked.is_named
),

final as (
    select * from originals
    union all
    select * from tenders
    union all
    select * from limits
    union all
    select * from approvers
)

select * from final
