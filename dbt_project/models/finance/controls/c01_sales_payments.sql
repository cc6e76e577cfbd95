{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Every order or payment that the two sides of the close are made of, and what it leaves between them (REPORTS 6.2): a
-- closed order by its tenders, a payment by the day and shop of its sale. That the breaks sum to the day's difference,
-- and that the identity holds in its other two forms, is compared per day.
with days as (
    select * from {{ ref('recon_sales_payments') }}
),

breaks as (
    select
        breaks_of.site_key,
        breaks_of.business_date,
        breaks_of.tie_key,
        -- one that hangs on no order: its key may be that of an order too, where ids are counted from 1 for each
        tenders.tender_key is not null and tenders.ro_key is null as is_payment,
        sum(breaks_of.delta) as delta,
        min(breaks_of.cause_text) as cause_text
    from {{ ref('recon_break') }} as breaks_of
    left join {{ ref('fct_tender') }} as tenders on breaks_of.tender_key = tenders.tender_key
    group by
        breaks_of.site_key, breaks_of.business_date, breaks_of.tie_key,
        tenders.tender_key is not null and tenders.ro_key is null
),

orders as (
    select ro_key, site_key, close_business_date as business_date, ro_number, grand_total
    from {{ ref('fct_repair_order') }}
    where is_sale
),

payments as (
    select coalesce(ro_key, tender_key) as tie_key, site_key, business_date, source_entity_id
    from {{ ref('fct_tender') }}
    where kind = 'final' and not is_void and not is_deleted_at_source
),

derived as (
    select settled_ro_key as ro_key
    from {{ ref('fct_settlement') }}
    where kind = 'ar_charge' and kind_origin = 'derived'
    group by settled_ro_key
),

things as (
    select
        orders.site_key,
        orders.business_date,
        orders.ro_key as tie_key,
        'RO ' || orders.ro_number as document,
        orders.grand_total as sold,
        derived.ro_key is null as can_fail,
        false as is_payment
    from orders
    left join derived on orders.ro_key = derived.ro_key
    union all
    select
        breaks.site_key,
        breaks.business_date,
        breaks.tie_key,
        coalesce('RO ' || max(others.ro_number), 'payment ' || min(payments.source_entity_id), 'unknown'),
        0,
        true,
        breaks.is_payment
    from breaks
    left join orders
        on breaks.tie_key = orders.ro_key
        and breaks.site_key = orders.site_key
        and breaks.business_date = orders.business_date
        and not breaks.is_payment
    left join {{ ref('fct_repair_order') }} as others on breaks.tie_key = others.ro_key and not breaks.is_payment
    left join payments on breaks.tie_key = payments.tie_key
    where orders.ro_key is null
    group by breaks.site_key, breaks.business_date, breaks.tie_key, breaks.is_payment
),

per_document as (
    select
        {{ tieout.compared(
            site_key='things.site_key', business_date='things.business_date', drill_key='things.tie_key',
            document='things.document', aspect="'I-1'", expected='things.sold',
            actual='things.sold + coalesce(breaks.delta, 0)', can_fail='things.can_fail',
            said="coalesce(breaks.cause_text, '')"
        ) }}
    from things
    left join breaks
        on things.site_key = breaks.site_key
        and things.business_date = breaks.business_date
        and things.tie_key = breaks.tie_key
        and things.is_payment = breaks.is_payment
),

per_day as (
    {% for aspect, left_over, said in [
        ('b', 'delta - explained - unexplained', 'The breaks of the day do not sum to its difference.'),
        ('components', 'delta - (sum_tender_gap + t_in - t_out)',
         'The difference is not the sum of tender gaps and of payments of other days.'),
        ('I-2', 'delta - i2_diff', 'The identity in its older form leaves another difference than in the newer.'),
        ('I-3', 'delta - i3_diff', 'Money in is not sales less growth of receivables plus growth of deposits.')
    ] -%}
    select
        {{ tieout.compared(
            document="'the day'", aspect="'" ~ aspect ~ "'", expected='0', actual=left_over, said="'" ~ said ~ "'"
        ) }}
    from days
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select * from per_document
    union all
    select * from per_day
)

select * from final
