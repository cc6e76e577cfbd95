{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'ro_key', 'ro_number', 'time_card_key', 'business_date'
] -%}
{% set measures = tieout.tracker_sums() + tieout.tracker_totals() + tieout.tracker_distincts() + ['formula_family'] -%}
{% set period = 'period_grain, period_start, period_end' -%}
{% set compared = [
    'previous_net', 'previous_gross', 'comparable_net', 'comparable_gross', 'last_year_net', 'last_year_gross'
] -%}
{% set added = tieout.tracker_sums() + tieout.tracker_totals() + tieout.tracker_distincts()
    + ['quote_missing', 'clock_missing', 'sites', 'worked_days', 'total_work_days'] + compared -%}
with days as (
    {{ tieout.reported_days() }}
),

sold as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        sales.ro_key,
        sales.ro_number,
        sales.business_date,
        {{ tieout.tracker_measures('sales') }}
    from {{ ref('tracker_ro') }} as sales
    inner join days on sales.site_key = days.site_key and sales.business_date = days.business_date
),

clocked as (
    {{ tieout.clocked('person_key') }}
),

events as (
    {{ tieout.stacked(row + measures, {
        'sold': row | reject('eq', 'time_card_key') | list
            + measures | reject('in', ['time_hours', 'cards']) | list,
        'clocked': row | reject('in', ['ro_key', 'ro_number']) | list + ['time_hours', 'cards']
    }) }}
),

behind as (
    select events.*, nullif(sites.region, '') as region
    from events
    inner join {{ ref('dim_site') }} as sites on events.site_key = sites.site_key
),

by_shop as (
    {{ tieout.tracker_rolled() }}
),

work as (
    {{ tieout.work_days() }}
),

-- as many whole months before, or as many days right before; the same dates a year before
spans as (
    select
        site_key,
        {{ period }},
        case
            when extract(day from period_start) = 1 and extract(day from period_end + 1) = 1
                then cast(
                    period_start - (
                        (extract(year from period_end) - extract(year from period_start)) * 12
                        + extract(month from period_end) - extract(month from period_start) + 1
                    ) * interval '1' month as date
                )
            else period_start - cast(period_end - period_start + 1 as integer)
        end as previous_start,
        period_start - 1 as previous_end,
        cast(period_start - interval '12' month as date) as last_year_start,
        case
            when extract(day from period_start) = 1 and extract(day from period_end + 1) = 1
                then cast(period_end + 1 - interval '12' month as date) - 1
            else cast(period_end - interval '12' month as date)
        end as last_year_end,
        open_days
    from (
        select
            days.site_key,
            days.period_grain,
            days.period_start,
            days.period_end,
            sum(case when hours.is_open then 1 else 0 end) as open_days
        from days
        inner join {{ ref('business_calendar') }} as hours
            on days.site_key = hours.site_key and days.business_date = hours.business_date
        group by days.site_key, days.period_grain, days.period_start, days.period_end
    ) as asked
),

daily as (
    select
        hours.site_key,
        hours.business_date,
        hours.is_open,
        coalesce(sum(sales.net_sales), 0) as net_sales,
        coalesce(sum(sales.gross_sales), 0) as gross_sales
    from {{ ref('business_calendar') }} as hours
    left join {{ ref('tracker_ro') }} as sales
        on hours.site_key = sales.site_key and hours.business_date = sales.business_date
    group by hours.site_key, hours.business_date, hours.is_open
),

previous as (
    select
        spans.site_key,
        spans.period_grain,
        spans.period_start,
        spans.period_end,
        daily.net_sales,
        daily.gross_sales,
        daily.is_open and sum(case when daily.is_open then 1 else 0 end) over (
            partition by spans.site_key, spans.period_grain, spans.period_start, spans.period_end
            order by daily.business_date asc rows between unbounded preceding and current row
        ) <= spans.open_days as is_comparable
    from spans
    inner join daily
        on spans.site_key = daily.site_key
        and spans.previous_start <= daily.business_date
        and spans.previous_end >= daily.business_date
),

before as (
    select
        site_key,
        {{ period }},
        sum(net_sales) as previous_net,
        sum(gross_sales) as previous_gross,
        sum(case when is_comparable then net_sales else 0 end) as comparable_net,
        sum(case when is_comparable then gross_sales else 0 end) as comparable_gross
    from previous
    group by site_key, {{ period }}
),

year_before as (
    select
        spans.site_key,
        spans.period_grain,
        spans.period_start,
        spans.period_end,
        sum(daily.net_sales) as last_year_net,
        sum(daily.gross_sales) as last_year_gross
    from spans
    inner join daily
        on spans.site_key = daily.site_key
        and spans.last_year_start <= daily.business_date
        and spans.last_year_end >= daily.business_date
    group by spans.site_key, spans.period_grain, spans.period_start, spans.period_end
),

shops as (
    select
        by_shop.*,
        nullif(sites.region, '') as region,
        work.worked_days,
        work.total_work_days,
        before.previous_net,
        before.previous_gross,
        before.comparable_net,
        before.comparable_gross,
        year_before.last_year_net,
        year_before.last_year_gross
    from by_shop
    inner join {{ ref('dim_site') }} as sites on by_shop.site_key = sites.site_key
    inner join work
        on by_shop.site_key = work.site_key
        and by_shop.period_grain = work.period_grain
        and by_shop.period_start = work.period_start
        and by_shop.period_end = work.period_end
    {%- for relation in ['before', 'year_before'] %}
    left join {{ relation }}
        on by_shop.site_key = {{ relation }}.site_key
        and by_shop.period_grain = {{ relation }}.period_grain
        and by_shop.period_start = {{ relation }}.period_start
        and by_shop.period_end = {{ relation }}.period_end
    {%- endfor %}
    where by_shop.row_type = 'detail'
),

-- an order is of one shop: regions and the company are sums of their shops
rolled as (
    select
        coalesce(site_key, -2) as site_key,
        {{ period }},
        case
            when grouping(site_key) = 0 then 'detail'
            when grouping(region) = 0 then 'subtotal'
            else 'total'
        end as row_type,
        region
        {%- for column in added %},
        sum({{ column }}) as {{ column }}
        {%- endfor %},
        min(family_from) as family_from,
        max(family_to) as family_to
    from shops
    group by grouping sets ((site_key, region, {{ period }}), (region, {{ period }}), ({{ period }}))
    having grouping(site_key) = 0 or grouping(region) = 1 or region is not null
),

-- families of two kinds are compared by what has none
chosen as (
    select
        {{ period }},
        max(case when family_from <> family_to then 1 else 0 end) = 1 as is_mixed
    from rolled
    where row_type = 'total'
    group by {{ period }}
),

sums as (
    select
        rolled.*,
        {{ tieout.money('case when chosen.is_mixed then rolled.net_sales else rolled.gross_sales end') }}
            as compared_sales
        {%- for column in ['previous', 'comparable', 'last_year'] %},
        {{ tieout.money(
            'case when chosen.is_mixed then rolled.' ~ column ~ '_net else rolled.' ~ column ~ '_gross end'
        ) }} as {{ column }}_sales
        {%- endfor %}
    from rolled
    inner join chosen
        on rolled.period_grain = chosen.period_grain
        and rolled.period_start = chosen.period_start
        and rolled.period_end = chosen.period_end
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.region,
        {{ tieout.tracker_figures('rolled.worked_days', 'rolled.total_work_days') }},
        rolled.compared_sales,
        {%- for column in ['previous', 'last_year'] %}
        rolled.{{ column }}_sales,
        {{ tieout.money('rolled.compared_sales - rolled.' ~ column ~ '_sales') }} as {{ column }}_delta,
        {{ tieout.ratio(
            'rolled.compared_sales - rolled.' ~ column ~ '_sales', 'abs(rolled.' ~ column ~ '_sales)'
        ) }} as {{ column }}_delta_pct,
        {%- endfor %}
        rolled.comparable_sales as comparable_previous_sales,
        case when rolled.row_type <> 'total' then {{ tieout.count_of(
            'rank() over (partition by rolled.period_grain, rolled.period_start, rolled.period_end, rolled.row_type'
            ~ ' order by rolled.compared_sales desc)'
        ) }} end as sales_rank
    from sums as rolled
)

select * from final
