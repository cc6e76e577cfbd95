{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set wide = [
    'ro_count', 'parts_non_tax', 'parts_taxable', 'labor_non_tax', 'labor_taxable', 'sublet_non_tax', 'sublet_taxable',
    'total_sales', 'parts_cost', 'labor_cost', 'sublet_cost', 'discounts', 'coupons', 'package_discounts',
    'package_adds', 'supplies_taxable', 'supplies_nontax', 'sales_tax', 'fees_nontax', 'card_upcharge',
    'total_other_sales', 'advance_pay', 'ar_pay', 'total_sales_and_other', 'cards', 'cash', 'check_amt', 'deposit',
    'total_pay', 'charged', 'store_credit_used', 'previous_advance_pay', 'payments_total', 'ro_total_sales',
    'total_sales_w_tax'
] -%}
{% set called = [
    'calls', 'inbound_calls', 'unique_inbound', 'outbound_calls', 'answered', 'missed', 'voicemail', 'anonymous_calls',
    'inbound_minutes', 'outbound_minutes'
] -%}
{% set marts = {'sales_summary_wide': wide, 'call_summary': called} -%}
-- Cells of the stored reports against the rows behind them, which a reader's drill shows. A report that is computed on
-- read is made of these rows in the same statement, and is not compared.
with days as (
    select site_key, business_date from {{ ref('dim_site_day') }}
),

sales_summary_wide_behind as (
    select
        site_key,
        business_date
        {%- for column in wide %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ ref('sales_summary_event') }}
    group by site_key, business_date
),

call_summary_behind as (
    select
        site_key,
        start_business_date as business_date,
        count(*) as calls,
        count(case when direction = 'in' then 1 end) as inbound_calls,
        count(distinct case when direction = 'in' then from_e164 end) as unique_inbound,
        count(case when direction = 'out' then 1 end) as outbound_calls,
        {% for status in ['answered', 'missed', 'voicemail'] -%}
        count(case when status = '{{ status }}' then 1 end) as {{ status }},
        {% endfor -%}
        count(case when direction = 'in' and from_e164 is null then 1 end) as anonymous_calls,
        {{ tieout.minutes("coalesce(sum(case when direction = 'in' then talk_s end), 0)") }} as inbound_minutes,
        {{ tieout.minutes("coalesce(sum(case when direction = 'out' then talk_s end), 0)") }} as outbound_minutes
    from {{ ref('fct_call') }}
    where direction in ('in', 'out') and not is_deleted_at_source
    group by site_key, start_business_date
),

sales_summary_wide_cells as (
    select * from {{ ref('sales_summary_wide') }}
),

call_summary_cells as (
    select *, period_start as business_date
    from {{ ref('call_summary') }}
    where period_grain = 'day' and row_type = 'detail'
),

{% for mart, columns in marts.items() -%}
{{ mart }}_names as (
    {% for column in columns -%}
    select '{{ column }}' as name
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

{% endfor -%}
compared as (
    {% for mart, columns in marts.items() -%}
    select
        days.site_key,
        days.business_date,
        '{{ mart }}' as mart,
        names.name,
        coalesce(
            case names.name
                {%- for column in columns %}
                when '{{ column }}' then cast(behind.{{ column }} as decimal(18, 4))
                {%- endfor %}
            end, 0
        ) as expected,
        case names.name
            {%- for column in columns %}
            when '{{ column }}' then cast(cells.{{ column }} as decimal(18, 4))
            {%- endfor %}
        end as actual
    from days
    cross join {{ mart }}_names as names
    left join {{ mart }}_behind as behind
        on days.site_key = behind.site_key and days.business_date = behind.business_date
    left join {{ mart }}_cells as cells
        on days.site_key = cells.site_key and days.business_date = cells.business_date
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ tieout.compared(
            drill_key="mart || ' ' || name", document="'report ' || mart", aspect='name', expected='expected',
            actual='actual',
            said="name || ' in ' || mart || ' says ' || coalesce(cast(actual as varchar), 'nothing') || ', and the rows'"
                ~ " || ' behind it come to ' || cast(expected as varchar) || '.'"
        ) }}
    from compared
)

select * from final
