{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

-- One row per closed order whose tenders do not sum to its total, with everything that can explain it (REPORTS 6.4).
with parts as (
    select * from {{ ref('tie_part') }}
    where {{ tieout.only_touched('touched_day') }}
),

gaps as (
    select tie_key as ro_key, site_key, business_date, delta
    from parts
    where component = 'gap'
),

orders as (
    select * from {{ ref('fct_repair_order') }}
    where ro_key in (select ro_key from gaps)
),

tenders as (
    select
        *,
        case when kind = 'advance' then coalesce(applied_to_ro_key, ro_key) else ro_key end as settled_ro_key
    from {{ ref('fct_tender') }}
    where not is_void
    and not is_deleted_at_source
    and kind in ('final', 'ar_charge', 'advance')
),

-- payments of another day or shop that the order did not need are no part of its gap
idle as (
    select tender_key from {{ ref('tie_component') }}
    where component = 'paid_out'
    and tender_key not in (select tender_key from {{ ref('tie_part') }} where component = 'paid_out')
),

of_gap as (
    select * from tenders
    where settled_ro_key in (select ro_key from gaps) and tender_key not in (select tender_key from idle)
),

copies as (
    select * from {{ ref('tie_copy') }}
    where ro_key in (select ro_key from gaps) and tender_key not in (select tender_key from idle)
),

duplicates as (
    select
        ro_key,
        sum(amount) filter (where has_reference) as duplicate_amount,
        -- without a reference two equal payments may both be due: evidence only where they explain the whole gap
        sum(amount) as repeated_amount,
        {{ tieout.first_of('tender_key', 'recorded_ts') }} as duplicate_tender_key
    from copies
    group by ro_key
),

-- one order charged to account again after it was closed again (R.O. Writer leaves the first charge)
charges as (
    select
        settled_ro_key as ro_key,
        count(*) as charge_count,
        sum(amount) as charged,
        sum(amount) filter (where place > 1) as charged_again,
        {{ tieout.one_key("case when place > 1 then tender_key end") }} as charged_again_tender_key
    from (
        select
            *,
            row_number() over (partition by settled_ro_key, amount order by recorded_ts, source_entity_id) as place
        from of_gap
        where kind = 'ar_charge' and kind_origin = 'source'
    ) as charges_of
    group by settled_ro_key
),

-- a charge that the source had once and has no more
deleted_charges as (
    select
        ro_key,
        sum(amount) as charge_deleted,
        {{ tieout.one_key('tender_key') }} as deleted_charge_tender_key
    from {{ ref('fct_tender') }}
    where kind = 'ar_charge' and kind_origin = 'source' and is_deleted_at_source
    and ro_key in (select ro_key from gaps)
    group by ro_key
),

tender_sums as (
    select
        settled_ro_key as ro_key,
        sum(amount) as tendered,
        coalesce(sum(amount) filter (where kind = 'final'), 0) as paid,
        coalesce(sum(amount) filter (where kind = 'advance'), 0) as advanced,
        coalesce(sum(amount) filter (where kind = 'advance' and applied_to_ro_key is null), 0) as advanced_unapplied,
        count(*) filter (where method = 'cash') as cash_tenders,
        count(*) filter (where method = 'card') as card_tenders,
        {{ tieout.one_key("case when kind = 'final' then tender_key end") }} as a_final_tender_key,
        {{ tieout.one_key("case when kind = 'advance' and applied_to_ro_key is null then tender_key end") }}
            as an_unapplied_advance_tender_key,
        {{ tieout.one_key("case when kind = 'advance' then tender_key end") }} as an_advance_tender_key,
        min(recorded_ts) as first_tender_ts
    from of_gap
    group by settled_ro_key
),

closed_versions as (
    select
        versions.ro_key,
        versions.version,
        versions.source_order,
        versions.grand_total,
        versions.close_business_date = orders.close_business_date as is_same_close
    from {{ ref('fct_repair_order_superseded') }} as versions
    inner join orders on versions.ro_key = orders.ro_key
    where versions.status = 'closed'
),

-- what it came to when it was first closed under its present date, and when it was closed for the first time at all
first_closed as (
    select
        ro_key,
        {{ tieout.first_of('grand_total', 'source_order') }} as total_at_first_close,
        {{ tieout.first_of(
            'case when is_same_close then grand_total end', 'case when is_same_close then source_order end'
        ) }} as total_at_close,
        {{ tieout.first_of(
            'case when is_same_close then version end', 'case when is_same_close then source_order end'
        ) }} as version_at_close
    from closed_versions
    group by ro_key
),

third_party as (
    select
        ro_key,
        sum(extended_net) filter (where pay_type in ('warranty', 'internal')) as third_party_amount,
        -- a discount on the whole order may be the customer's alone
        sum(extended_net + ro_discount) filter (where pay_type in ('warranty', 'internal'))
            as third_party_before_discount
    from {{ ref('fct_ro_line') }}
    where ro_key in (select ro_key from gaps)
    group by ro_key
),

-- another header with the same number that was settled, or came first: this one is its copy
twins as (
    select orders.ro_key, {{ tieout.one_key("other_orders.ro_key") }} as twin_ro_key
    from orders
    inner join {{ ref('fct_repair_order') }} as other_orders
        on orders.site_key = other_orders.site_key
        and orders.ro_number = other_orders.ro_number
        and orders.ro_key <> other_orders.ro_key
        and orders.grand_total = other_orders.grand_total
    left join gaps as other_gaps on other_orders.ro_key = other_gaps.ro_key
    where other_orders.is_sale
    and (
        other_gaps.ro_key is null
        or (other_orders.recorded_ts, other_orders.source_entity_id) < (orders.recorded_ts, orders.source_entity_id)
    )
    group by orders.ro_key
),

day_lines as (
    select site_key, business_date, cards, cash, check_amt
    from {{ ref('sales_summary_wide') }}
    where (site_key, business_date) in (select site_key, business_date from gaps)
),

-- what arrived twice hides what is missing
doubled as (
    select site_key, business_date, printed_line, sum(amount) as amount
    from {{ ref('tie_copy') }}
    where has_reference
    group by site_key, business_date, printed_line
),

-- what the source says it took, line by line, less what arrived once
shortfalls as (
    select
        stated.site_key,
        stated.business_date,
        max(stated.value - day_lines.cards + coalesce(doubled.amount, 0)) filter (where stated.name = 'cards')
            as cards_missing,
        max(stated.value - day_lines.cash + coalesce(doubled.amount, 0)) filter (where stated.name = 'cash')
            as cash_missing,
        max(stated.value - day_lines.check_amt + coalesce(doubled.amount, 0)) filter (where stated.name = 'check_amt')
            as checks_missing
    from {{ ref('fct_source_control_total') }} as stated
    inner join day_lines
        on stated.site_key = day_lines.site_key and stated.business_date = day_lines.business_date
    left join doubled
        on stated.site_key = doubled.site_key
        and stated.business_date = doubled.business_date
        and stated.name = doubled.printed_line
    where not stated.is_deleted_at_source
    group by stated.site_key, stated.business_date
),

final as (
    select
        gaps.site_key,
        gaps.business_date,
        gaps.ro_key,
        gaps.delta,
        orders.ro_number,
        orders.grand_total,
        orders.sales_tax,
        orders.header_total,
        orders.card_upcharge,
        orders.line_count,
        orders.version,
        orders.updated_by,
        orders.recorded_ts,
        {{ tieout.money('coalesce(tender_sums.tendered, 0)') }} as tendered,
        {{ tieout.money('coalesce(tender_sums.paid, 0)') }} as paid,
        {{ tieout.money('coalesce(tender_sums.advanced, 0)') }} as advanced,
        {{ tieout.money('coalesce(tender_sums.advanced_unapplied, 0)') }} as advanced_unapplied,
        {{ tieout.money('coalesce(charges.charged, 0)') }} as charged,
        cast(coalesce(tender_sums.cash_tenders, 0) as integer) as cash_tenders,
        cast(coalesce(tender_sums.card_tenders, 0) as integer) as card_tenders,
        tender_sums.a_final_tender_key,
        coalesce(tender_sums.an_unapplied_advance_tender_key, tender_sums.an_advance_tender_key)
            as an_advance_tender_key,
        tender_sums.first_tender_ts,
        {{ tieout.money('duplicates.duplicate_amount') }} as duplicate_amount,
        {{ tieout.money('duplicates.repeated_amount') }} as repeated_amount,
        duplicates.duplicate_tender_key,
        {{ tieout.money('charges.charged_again') }} as charged_again,
        charges.charged_again_tender_key,
        {{ tieout.money('deleted_charges.charge_deleted') }} as charge_deleted,
        deleted_charges.deleted_charge_tender_key,
        {{ tieout.money('first_closed.total_at_close') }} as total_at_close,
        {{ tieout.money('first_closed.total_at_first_close') }} as total_at_first_close,
        first_closed.version_at_close,
        {{ tieout.money('third_party.third_party_amount') }} as third_party_amount,
        {{ tieout.money('third_party.third_party_before_discount') }} as third_party_before_discount,
        twins.twin_ro_key,
        {{ tieout.money('shortfalls.cards_missing') }} as cards_missing,
        {{ tieout.money('shortfalls.cash_missing') }} as cash_missing,
        {{ tieout.money('shortfalls.checks_missing') }} as checks_missing,
        coalesce(customers.ar_terms, '') <> '' and sites.ar_enabled as has_ar_terms,
        sites.upcharge_pct,
        sites.cash_rounding,
        connections.enforces_zero_balance
    from gaps
    inner join orders on gaps.ro_key = orders.ro_key
    left join tender_sums on gaps.ro_key = tender_sums.ro_key
    left join duplicates on gaps.ro_key = duplicates.ro_key
    left join charges on gaps.ro_key = charges.ro_key
    left join deleted_charges on gaps.ro_key = deleted_charges.ro_key
    left join first_closed on gaps.ro_key = first_closed.ro_key
    left join third_party on gaps.ro_key = third_party.ro_key
    left join twins on gaps.ro_key = twins.ro_key
    left join shortfalls on gaps.site_key = shortfalls.site_key and gaps.business_date = shortfalls.business_date
    left join {{ ref('dim_customer') }} as customers on orders.customer_key = customers.customer_key
    left join {{ ref('dim_site') }} as sites on gaps.site_key = sites.site_key
    left join {{ ref('dim_source_connection') }} as connections
        on orders.source_connection_key = connections.source_connection_key
)

select * from final
