{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'arrived_ro'}
) }}

-- depends_on: {{ ref('arrived_ro') }}
-- depends_on: {{ ref('incoming_ro') }}
-- depends_on: {{ ref('touched_before') }}
with headers as (
    select {{ tieout.ro_header_columns() | join(', ') }}
    from {{ ref('int_repair_order_keyed') }}
    where version in (select version from {{ ref('incoming_ro') }})
    {% if is_incremental() %}
    union all
    -- an older version came late: the header stays, its history is told again
    select {{ tieout.ro_header_columns() | join(', ') }}
    from {{ this }}
    where ro_key in (select ro_key from {{ ref('arrived_ro') }})
    and ro_key not in (select ro_key from {{ ref('incoming_ro') }})
    {% endif %}
),

line_sums as (
    select
        ro_key,
        sum(extended_net) filter (where sales_class = 'part') as parts_sales,
        sum(extended_net) filter (where sales_class = 'labor') as labor_sales,
        sum(extended_net) filter (where sales_class = 'sublet') as sublet_sales,
        sum(extended_gross) filter (where sales_class = 'part') as parts_sales_gross,
        sum(extended_gross) filter (where sales_class = 'labor') as labor_sales_gross,
        sum(extended_gross) filter (where sales_class = 'sublet') as sublet_sales_gross,
        sum(extended_net) filter (where sales_class = 'part' and taxable) as parts_taxable,
        sum(extended_net) filter (where sales_class = 'labor' and taxable) as labor_taxable,
        sum(extended_net) filter (where sales_class = 'sublet' and taxable) as sublet_taxable,
        sum(extended_net) filter (where sales_class = 'other' and taxable) as other_taxable,
        sum(extended_net) filter (where sales_class = 'supplies') as supplies,
        sum(extended_net) filter (where sales_class = 'fee') as fees_nontax,
        sum(extended_net) filter (where sales_class = 'upcharge') as card_upcharge,
        sum(extended_net) filter (where sales_class = 'other') as other_charges,
        sum(extended_gross) filter (where sales_class = 'other') as other_charges_gross,
        sum(cost) filter (where sales_class = 'other') as other_cost,
        sum(extended_net) filter (where sales_class = 'tax') as sales_tax,
        sum(extended_net) as grand_total,
        sum(line_discount + ro_discount) filter (where sales_class in ('part', 'labor', 'sublet', 'other'))
            as discount_total,
        sum(line_discount) filter (where sales_class in ('part', 'labor', 'sublet', 'other')) as line_discounts,
        sum(memo_amount) filter (where line_type = 'discount') as ro_discounts,
        sum(memo_amount) filter (where line_type = 'coupon') as coupons,
        sum(memo_amount) filter (where line_type = 'package_discount') as package_discounts,
        sum(memo_amount) filter (where line_type = 'package_add') as package_adds,
        sum(cost) filter (where sales_class = 'part') as parts_cost,
        sum(cost) filter (where sales_class = 'labor') as labor_cost,
        sum(cost) filter (where sales_class = 'sublet') as sublet_cost,
        sum(extended_gross) filter (
            where sales_class = 'part' and (is_freight or is_return or is_warranty_refund)
        ) as cogs_excluded_gross,
        sum(cost) filter (
            where sales_class = 'part' and (is_freight or is_return or is_warranty_refund)
        ) as cogs_excluded_cost,
        sum(hours_billed) filter (where sales_class = 'labor') as hours_billed,
        sum(hours_actual) filter (where sales_class = 'labor') as hours_actual,
        count(*) filter (where sales_class = 'labor') as labor_lines,
        count(cost) filter (where sales_class = 'labor') as labor_lines_with_cost,
        count(*) as line_count
    from {{ ref('fct_ro_line') }}
    {% if is_incremental() %}
    where ro_key in (select ro_key from {{ ref('arrived_ro') }})
    {% endif %}
    group by ro_key
),

quoting as (
    select {{ tieout.dim_key(['connection']) }} as source_connection_key, delivers_quotes
    from {{ source('config', 'connection') }}
),

quotes as (
    select
        ro_key,
        sum(presented_parts) as quoted_parts,
        sum(presented_labor) as quoted_labor,
        sum(presented_sublet) as quoted_sublet,
        sum(case when decision <> 'sold' then presented_parts + presented_labor + presented_sublet else 0 end)
            as quoted_unsold
    from {{ ref('fct_ro_job') }}
    {% if is_incremental() %}
    where ro_key in (select ro_key from {{ ref('arrived_ro') }})
    {% endif %}
    group by ro_key
),

versions as (
    select ro_key, source_order, status, close_business_date
    from {{ ref('fct_repair_order_superseded') }}
    where ro_key in (select ro_key from headers)
    union all
    select headers.ro_key, headers.source_order, headers.status, headers.close_business_date
    from headers
    where headers.ro_key in (select ro_key from {{ ref('fct_repair_order_superseded') }})
),

steps as (
    select
        ro_key,
        status,
        close_business_date,
        lag(status) over (partition by ro_key order by source_order) as status_before,
        lag(close_business_date) over (partition by ro_key order by source_order) as close_date_before
    from versions
),

histories as (
    select
        ro_key,
        min(close_business_date) filter (where status = 'closed') as first_close_business_date,
        max(close_business_date) filter (where status = 'closed') as last_close_business_date,
        -- closed again on another day: it was open in between, between two pulls
        count(*) filter (
            where status_before = 'closed'
            and (
                status not in ('closed', 'void', 'deleted')
                or (status = 'closed' and close_business_date <> close_date_before)
            )
        ) as reopen_count
    from steps
    group by ro_key
),

-- what the source's own log says, where it keeps one, is more than the versions that pulls happened to see
logged as (
    select
        ro_key,
        count(*) filter (
            where from_status = 'closed' and to_status not in ('closed', 'void', 'deleted')
        ) as reopen_events
    from {{ ref('fct_ro_status_event') }}
    where not is_deleted_at_source
    {% if is_incremental() %}
    and ro_key in (select ro_key from {{ ref('arrived_ro') }})
    {% endif %}
    group by ro_key
),

final as (
    select
        {% for column in tieout.ro_header_columns() -%}
        headers.{{ column }},
        {% endfor -%}
        headers.status = 'closed' as is_closed,
        headers.status = 'void' as is_void,
        headers.status = 'closed' and headers.close_business_date is not null as is_sale,
        headers.status = 'closed'
        and headers.close_business_date is not null
        and coalesce(sums.grand_total, 0) < 0 as is_refund,
        {% for column in [
            'parts_sales', 'labor_sales', 'sublet_sales', 'parts_sales_gross', 'labor_sales_gross',
            'sublet_sales_gross', 'parts_taxable', 'labor_taxable', 'sublet_taxable', 'other_taxable'
        ] -%}
        {{ tieout.money('coalesce(sums.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('case when coalesce(sums.sales_tax, 0) <> 0 then coalesce(sums.supplies, 0) else 0 end') }}
            as supplies_taxable,
        {{ tieout.money('case when coalesce(sums.sales_tax, 0) <> 0 then 0 else coalesce(sums.supplies, 0) end') }}
            as supplies_nontax,
        {% for column in [
            'fees_nontax', 'card_upcharge', 'other_charges', 'other_charges_gross', 'other_cost', 'sales_tax',
            'grand_total', 'discount_total',
            'line_discounts', 'ro_discounts', 'coupons', 'package_discounts', 'package_adds', 'parts_cost'
        ] -%}
        {{ tieout.money('coalesce(sums.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.money('coalesce(sums.grand_total, 0) - coalesce(sums.sales_tax, 0)') }} as total_ex_tax,
        {{ tieout.money('sums.labor_cost') }} as labor_cost,
        case when sums.labor_cost is null then 'none' else 'source_value' end as labor_cost_method,
        {% for column in ['sublet_cost', 'cogs_excluded_gross', 'cogs_excluded_cost'] -%}
        {{ tieout.money('coalesce(sums.' ~ column ~ ', 0)') }} as {{ column }},
        {% endfor -%}
        {{ tieout.hours('coalesce(sums.hours_billed, 0)') }} as hours_billed,
        {{ tieout.hours('sums.hours_actual') }} as hours_actual,
        {% for column in ['quoted_parts', 'quoted_labor', 'quoted_sublet', 'quoted_unsold'] -%}
        case when quoting.delivers_quotes then {{ tieout.money('coalesce(quotes.' ~ column ~ ', 0)') }} end
            as {{ column }},
        {% endfor -%}
        {% for column in ['labor_lines', 'labor_lines_with_cost', 'line_count'] -%}
        cast(coalesce(sums.{{ column }}, 0) as integer) as {{ column }},
        {% endfor -%}
        coalesce(
            histories.first_close_business_date,
            case when headers.status = 'closed' then headers.close_business_date end
        ) as first_close_business_date,
        coalesce(
            histories.last_close_business_date,
            case when headers.status = 'closed' then headers.close_business_date end
        ) as last_close_business_date,
        cast(coalesce(logged.reopen_events, histories.reopen_count, 0) as integer) as reopen_count,
        {{ tieout.void_reason_key('headers.void_reason') }} as void_reason_key
    from headers
    left join line_sums as sums on headers.ro_key = sums.ro_key
    left join quotes on headers.ro_key = quotes.ro_key
    left join histories on headers.ro_key = histories.ro_key
    left join logged on headers.ro_key = logged.ro_key
    left join quoting on headers.source_connection_key = quoting.source_connection_key
)

select * from final
