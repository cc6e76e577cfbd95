{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'touched_day'}
) }}

with days as (
    select * from {{ ref('sales_summary_wide') }}
    where {{ tieout.only_touched('touched_day') }}
),

components as (
    select
        site_key,
        business_date,
        coalesce(sum(delta) filter (where component = 'gap'), 0) as sum_tender_gap,
        coalesce(sum(delta) filter (where component = 'paid_in'), 0) as t_in,
        coalesce(-sum(delta) filter (where component = 'paid_out'), 0) as t_out
    from {{ ref('tie_component') }}
    group by site_key, business_date
),

breaks as (
    select
        site_key,
        business_date,
        coalesce(sum(delta) filter (where cause_code <> 'UNEXPLAINED'), 0) as explained,
        coalesce(sum(delta) filter (where cause_code = 'UNEXPLAINED'), 0) as unexplained,
        count(*) filter (where delta <> 0) as open_breaks,
        count(*) filter (where cause_code = 'UNEXPLAINED') as unexplained_breaks
    from {{ ref('recon_break') }}
    group by site_key, business_date
),

final as (
    select
        days.site_key,
        days.business_date,
        days.total_sales,
        days.supplies_taxable,
        days.supplies_nontax,
        days.sales_tax,
        days.fees_nontax,
        days.card_upcharge,
        days.total_other_sales,
        days.advance_pay,
        days.ar_pay,
        days.total_sales_and_other,
        days.cards,
        days.cash,
        days.check_amt,
        days.deposit,
        {{ tieout.money('days.advance_pay + days.ar_pay') }} as other_pay,
        days.total_pay,
        days.charged,
        days.store_credit_used,
        days.previous_advance_pay,
        days.payments_total,
        {{ tieout.money('days.payments_total - days.total_sales_and_other') }} as delta,
        {{ tieout.money('coalesce(components.sum_tender_gap, 0)') }} as sum_tender_gap,
        {{ tieout.money('coalesce(components.t_in, 0)') }} as t_in,
        {{ tieout.money('coalesce(components.t_out, 0)') }} as t_out,
        {{ tieout.money(
            'days.cash + days.check_amt + days.cards + days.charged + days.store_credit_used'
            ~ ' - (days.total_sales_w_tax + days.ar_pay + days.advance_pay - days.previous_advance_pay)'
        ) }} as i2_diff,
        {{ tieout.money(
            'days.total_pay - (days.total_sales_w_tax - (days.charged - days.ar_pay)'
            ~ ' + (days.advance_pay - days.previous_advance_pay) - days.store_credit_used)'
        ) }} as i3_diff,
        {{ tieout.div('days.charged_derived', 'days.total_sales_w_tax') }} as derived_charge_share,
        {{ tieout.money('coalesce(breaks.explained, 0)') }} as explained,
        {{ tieout.money(
            'days.payments_total - days.total_sales_and_other - coalesce(breaks.explained, 0)'
        ) }} as unexplained,
        case
            when coalesce(breaks.open_breaks, 0) = 0 and days.payments_total = days.total_sales_and_other then 'tied'
            when
                coalesce(breaks.unexplained_breaks, 0) = 0
                and days.payments_total - days.total_sales_and_other = coalesce(breaks.explained, 0) then 'explained'
            else 'unexplained'
        end as status
    from days
    left join components on days.site_key = components.site_key and days.business_date = components.business_date
    left join breaks on days.site_key = breaks.site_key and days.business_date = breaks.business_date
)

select * from final
