{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{#- Columns that add up, and those that do not: these are counted anew from the orders or calls. -#}
{% set reports = {
    'call_summary': (
        ['total'], ['calls', 'inbound_calls', 'outbound_calls', 'answered', 'missed', 'voicemail', 'anonymous_calls'],
        {'unique_inbound': 'callers'}
    ),
    'ro_summary': (
        ['total'], ['opened', 'closed_events', 'closed', 'voided', 'reopened', 'refund_ros', 'total_ex_tax'],
        {'customers': 'customers', 'vehicles': 'vehicles'}
    ),
    'service_writer_summary': (
        ['subtotal', 'total'],
        ['ros', 'hours_billed', 'labor_sales', 'parts_sales', 'sublet_sales', 'total_ex_tax', 'gross_sales'],
        {'car_count': 'vehicles'}
    ),
    'sales_by_category': (
        ['subtotal', 'total'], ['units', 'parts_sales', 'labor_sales', 'sublet_sales', 'category_sales', 'cost', 'gp'],
        {'ros_with_category': 'ros_with_lines'}
    )
} -%}
{% set averages = {'avg_sale_w_tax': 'total_sales_w_tax', 'avg_sale_wo_tax': 'ro_total_sales'} -%}
{% set cells = tieout.summary_cells() -%}
-- The rows of shops and of all shops, as reports print them by day, against their details added up, or where these do
-- not add up against a new count. A row of all shops is compared on the first shop, by its code, that has the day.
with days as (
    select
        days.site_key,
        days.business_date,
        row_number() over (partition by days.business_date order by sites.site asc) = 1 as is_first
    from {{ ref('dim_site_day') }} as days
    inner join {{ ref('dim_site') }} as sites on days.site_key = sites.site_key
),

spine as (
    select site_key as row_site_key, site_key, business_date from days
    union all
    select -2, site_key, business_date from days
    where is_first
),

lined as (
    select distinct ro_key from {{ ref('fct_ro_line') }}
    where sales_class in ('part', 'labor', 'sublet')
),

sales as (
    select
        orders.site_key,
        orders.business_date,
        nullif(orders.golden_customer_key, -1) as customer,
        nullif(orders.golden_vehicle_key, -1) as vehicle,
        case when lined.ro_key is not null then orders.counted_ro_key end as ro_with_lines,
        cast(null as varchar) as caller
    from {{ ref('ro_sale') }} as orders
    left join lined on orders.ro_key = lined.ro_key
),

calls as (
    select site_key, start_business_date as business_date, from_e164 as caller
    from {{ ref('fct_call') }}
    where direction = 'in' and not is_deleted_at_source
),

counted as (
    select
        coalesce(days.site_key, -2) as row_site_key,
        days.business_date,
        count(distinct happened.customer) as customers,
        count(distinct happened.vehicle) as vehicles,
        count(distinct happened.ro_with_lines) as ros_with_lines,
        count(distinct happened.caller) as callers
    from (
        select site_key, business_date, customer, vehicle, ro_with_lines, caller from sales
        union all
        select site_key, business_date, null, null, null, caller from calls
    ) as happened
    inner join days on happened.site_key = days.site_key and happened.business_date = days.business_date
    group by grouping sets ((days.site_key, days.business_date), (days.business_date))
),

{% for report, (levels, sums, counts) in reports.items() -%}
{{ report }}_rows as (
    select * from {{ ref(report) }}
    where period_grain = 'day'
),

{{ report }}_added as (
    select
        coalesce(site_key, -2) as row_site_key,
        period_start as business_date
        {%- for column in sums %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ report }}_rows
    where row_type = 'detail'
    group by grouping sets ((site_key, period_start), (period_start))
),

{{ report }}_printed as (
    select * from {{ report }}_rows
    where row_type in ('{{ levels | join("', '") }}')
),

{% endfor -%}
wide as (
    select
        business_date
        {%- for column in cells.values() | unique %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ ref('sales_summary_wide') }}
    group by business_date
),

summary_added as (
    {% for cell, column in cells.items() -%}
    select
        business_date,
        '{{ cell | join('/') }}' as cell,
        cast({{ column }} as decimal(18, 4)) as amount
    from wide
    union all
    {% endfor -%}
    {% for row_code, column in averages.items() -%}
    select business_date, 'ro_summary/{{ row_code }}/amount', {{ tieout.per(column, 'ro_count') }} from wide
    where ro_count <> 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

summary_printed as (
    select
        period_start as business_date,
        section || '/' || row_code || '/' || column_code as cell,
        -- both layouts of the report print it, and the same
        case when min(value) = max(value) then max(value) end as amount
    from {{ ref('sales_summary') }}
    where period_grain = 'day' and row_type = 'total' and breakout_group = ''
    group by period_start, section || '/' || row_code || '/' || column_code
),

compared as (
    {% for report, (levels, sums, counts) in reports.items() -%}
    {% for column in sums + counts.keys() | list -%}
    select
        spine.row_site_key,
        spine.site_key,
        spine.business_date,
        '{{ report }}' as report,
        '{{ column }}' as cell,
        coalesce({{ 'counted.' ~ counts[column] if column in counts else 'added.' ~ column }}, 0) as expected,
        printed.{{ column }} as actual
    from spine
    {% if column in counts -%}
    left join counted on spine.row_site_key = counted.row_site_key and spine.business_date = counted.business_date
    {% else -%}
    left join {{ report }}_added as added
        on spine.row_site_key = added.row_site_key and spine.business_date = added.business_date
    {% endif -%}
    left join {{ report }}_printed as printed
        on spine.row_site_key = printed.site_key and spine.business_date = printed.period_start
    {% if 'subtotal' not in levels -%}
    where spine.row_site_key = -2
    {% endif -%}
    union all
    {% endfor -%}
    {% endfor -%}
    select
        -2, days.site_key, added.business_date, 'sales_summary', added.cell, added.amount as expected,
        printed.amount as actual
    from summary_added as added
    inner join days on added.business_date = days.business_date and days.is_first
    left join summary_printed as printed
        on added.business_date = printed.business_date and added.cell = printed.cell
),

final as (
    select
        {{ tieout.compared(
            drill_key="report || ' ' || cell || case when row_site_key = -2 then ' all shops' else '' end",
            document="'report ' || report || case when row_site_key = -2 then '; all shops' else '; the shop' end",
            aspect='cell', expected='expected', actual='actual',
            said="'The row of ' || case when row_site_key = -2 then 'all shops' else 'the shop' end || ' in ' || report"
                ~ " || ' does not come to its details: ' || cell || '.'"
        ) }}
    from compared
)

select * from final
