-- The All sites row again, from the facts and past the wide report: counts, billed totals, tax and the averages, which
-- cannot be added up from its detail rows.
{% set whole_period = {'period_grain': 'period_grain', 'period_start': 'period_start'} %}
with printed as (
    select
        period_grain,
        period_start,
        max(case when row_code = 'ro_count' then value end) as ro_count,
        max(case when row_code = 'total_sales_w_tax' then value end) as billed,
        max(case when row_code = 'total_tax' then value end) as tax,
        max(case when row_code = 'avg_sale_w_tax' then value end) as average
    from {{ ref('sales_summary') }}
    where row_type = 'total' and section = 'ro_summary' and report_version = 'v30'
    and {{ tieout.tested_rows('touched_period', whole_period) }}
    group by period_grain, period_start
),

orders as (
    select close_business_date, grand_total, sales_tax
    from {{ ref('fct_repair_order') }}
    where is_sale and (site_key, close_business_date) in (select site_key, business_date from {{ ref('dim_site_day') }})
),

recomputed as (
    select
        printed.period_grain,
        printed.period_start,
        count(orders.grand_total) as ro_count,
        coalesce(sum(orders.grand_total), 0) as billed,
        coalesce(sum(orders.sales_tax), 0) as tax
    from printed
    inner join {{ ref('reporting_period_day') }} as days
        on printed.period_grain = days.period_grain and printed.period_start = days.period_start
    left join orders on days.business_date = orders.close_business_date
    group by printed.period_grain, printed.period_start
)

select printed.*, recomputed.ro_count as orders, recomputed.billed as orders_billed, recomputed.tax as orders_tax
from printed
left join recomputed
    on printed.period_grain = recomputed.period_grain and printed.period_start = recomputed.period_start
where printed.ro_count is distinct from recomputed.ro_count
or printed.billed is distinct from recomputed.billed
or printed.tax is distinct from recomputed.tax
-- the average to the cent, without a division: it is off by half a cent per order at most, and unknown without orders
or (recomputed.ro_count = 0) <> (printed.average is null)
or abs(printed.average * recomputed.ro_count - recomputed.billed) * 200 > recomputed.ro_count
