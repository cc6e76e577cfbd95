{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Closed orders that are neither paid nor charged to account: total against all tenders, of whatever day. A charge that
-- we made ourselves, because the source has no such row (REPORTS 6.7), counts where the customer, the payer or the
-- ledger says that there is an account; where nothing does, only what came in later counts.
with orders as (
    select orders_of.*, options.tolerance_money, shops.cash_rounding
    from {{ ref('fct_repair_order') }} as orders_of
    inner join {{ ref('dim_site') }} as shops on orders_of.site_key = shops.site_key
    inner join {{ tieout.site_options({'tolerance_money': 'decimal(18, 4)'}) }} as options
        on orders_of.site_key = options.site_key
    where orders_of.is_sale
),

tenders as (
    select *, case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as settled_ro_key
    from {{ ref('fct_tender') }}
    where not is_void and not is_deleted_at_source
),

settled as (
    select
        settled_ro_key as ro_key,
        sum(case when kind in ('final', 'advance') then amount else 0 end) as paid,
        sum(case when kind = 'ar_charge' and kind_origin <> 'derived' then amount else 0 end) as charged,
        sum(case when kind = 'ar_charge' and kind_origin = 'derived' then amount else 0 end) as presumed,
        sum(case when kind = 'ar_payment' then amount else 0 end) as paid_on_account,
        count(*) filter (where method = 'cash') as cash_tenders
    from tenders
    group by settled_ro_key
),

-- a system that tells of no payments at all leaves nothing to compare
paying as (
    select source_connection_key
    from tenders
    where kind_origin <> 'derived' or kind <> 'ar_charge'
    group by source_connection_key
),

ledger as (
    select ro_key, sum(amount) as amount
    from {{ ref('fct_ar_entry') }}
    where entry_type = 'charge' and not is_deleted_at_source and ro_key is not null
    group by ro_key
),

judged as (
    select
        orders.*,
        coalesce(settled.paid, 0) as paid,
        coalesce(settled.charged, 0) as charged,
        coalesce(settled.presumed, 0) as presumed,
        coalesce(settled.paid_on_account, 0) as paid_on_account,
        -- where no small coins are, cash is rounded by at most half the smallest
        case when settled.cash_tenders > 0 then orders.cash_rounding * 0.5 else 0 end as rounding,
        customers.ar_terms is not null
        or customers.customer_type in ('fleet', 'internal')
        or {{ tieout.has_word('orders.pay_types', "'warranty'") }}
        or {{ tieout.has_word('orders.pay_types', "'internal'") }}
        or ledger.ro_key is not null
        or paying.source_connection_key is null as has_account
    from orders
    left join settled on orders.ro_key = settled.ro_key
    left join {{ ref('dim_customer') }} as customers on orders.customer_key = customers.customer_key
    left join ledger on orders.ro_key = ledger.ro_key
    left join paying on orders.source_connection_key = paying.source_connection_key
),

covered as (
    select
        *,
        paid + charged
        + case
            when presumed <> 0 and has_account then presumed
            -- what is given back on account later does not open an order that was settled
            when charged = 0 and grand_total >= 0 then greatest(paid_on_account, 0)
            when charged = 0 then least(paid_on_account, 0)
            else 0
        end as covered
    from judged
),

final as (
    select
        {{ tieout.compared(
            business_date='close_business_date', drill_key='ro_key', document="'RO ' || ro_number",
            aspect="'balance'", expected='grand_total', actual='covered', tolerance='greatest(tolerance_money, rounding)',
            can_fail='presumed = 0 or not has_account',
            said="'RO ' || ro_number || ' over ' || cast(grand_total as varchar) || ' was closed with ' "
            ~ "|| cast(abs(grand_total - covered) as varchar) || case when covered > grand_total then ' too much' "
            ~ "else ' that nobody paid or charged to an account' end || '.'"
        ) }}
    from covered
)

select * from final
