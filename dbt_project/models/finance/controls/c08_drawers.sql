{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Payments do not say which drawer they went into: they are compared with all drawers of the shop and day.
with counts as (
    select
        drawers.*,
        coalesce(people.name, 'nobody') as counted_by
    from {{ ref('fct_cash_count') }} as drawers
    left join {{ ref('dim_employee') }} as people
        on drawers.counted_by_key = people.employee_key and people.employee_key <> -1
    where not drawers.is_deleted_at_source
),

usual as (
    select site_key, min(business_date) as first_date, min(drawer) as drawer from counts group by site_key
),

counted as (
    select
        site_key,
        business_date,
        {{ tieout.one_key('cash_count_key') }} as drill_key,
        {{ tieout.joined('drawer', ', ', 'drawer') }} as drawers,
        {{ tieout.joined('counted_by', ', ', 'drawer') }} as counted_by,
        sum(counted_cash) as cash,
        sum(counted_checks) as checks
    from counts
    group by site_key, business_date
),

taken as (
    select
        site_key,
        business_date,
        sum(case when method = 'cash' then amount else 0 end) as cash,
        sum(case when method = 'check' then amount else 0 end) as checks
    from {{ ref('fct_tender') }}
    where kind in ('final', 'advance', 'ar_payment')
    and method in ('cash', 'check')
    and not is_void
    and not is_deleted_at_source
    group by site_key, business_date
),

-- since a shop counts, money of a day without a count is a difference
days as (
    select
        coalesce(counted.site_key, taken.site_key) as site_key,
        coalesce(counted.business_date, taken.business_date) as business_date,
        coalesce(cast(counted.drill_key as varchar), '') as drill_key,
        'drawer ' || coalesce(counted.drawers, usual.drawer) as document,
        coalesce(counted.counted_by, 'nobody') as counted_by,
        {% for what in ['cash', 'checks'] -%}
        counted.{{ what }} as counted_{{ what }},
        coalesce(taken.{{ what }}, 0) as taken_{{ what }}{{ ',' if not loop.last }}
        {% endfor %}
    from counted
    full join taken on counted.site_key = taken.site_key and counted.business_date = taken.business_date
    inner join usual on coalesce(counted.site_key, taken.site_key) = usual.site_key
    where coalesce(counted.business_date, taken.business_date) >= usual.first_date
),

final as (
    {% for what, word in {'cash': 'cash', 'checks': 'checks'}.items() -%}
    select
        {{ tieout.compared(
            drill_key='drill_key', document='document', aspect="'" ~ what ~ "'", expected='counted_' ~ what,
            actual='taken_' ~ what,
            said="case when counted_" ~ what ~ " is null then 'Nobody counted " ~ word ~ ", and '"
            ~ " || cast(taken_" ~ what ~ " as varchar) || ' was taken.'"
            ~ " else counted_by || ' counted ' || cast(counted_" ~ what ~ " as varchar) || ' of " ~ word
            ~ ", and ' || cast(taken_" ~ what ~ " as varchar) || ' was taken: '"
            ~ " || cast(abs(counted_" ~ what ~ " - taken_" ~ what ~ ") as varchar)"
            ~ " || case when counted_" ~ what ~ " < taken_" ~ what ~ " then ' short.' else ' over.' end end"
        ) }}
    from days
    where counted_{{ what }} is not null or taken_{{ what }} <> 0
    union all
    {% endfor -%}
    select
        {{ tieout.compared(
            drill_key='cash_count_key', document="'drawer ' || drawer", aspect="'deposit'",
            expected='coalesce(counted_cash, 0) + coalesce(counted_checks, 0)', actual='bank_deposit_amount',
            said="'Counted ' || cast(coalesce(counted_cash, 0) + coalesce(counted_checks, 0) as varchar) || ', and '"
            ~ " || coalesce(cast(bank_deposit_amount as varchar), 'nothing') || ' went to the bank'"
            ~ " || coalesce(' on slip ' || deposit_slip, '') || '.'"
        ) }}
    from counts
    where bank_deposit_amount is not null or coalesce(counted_cash, 0) + coalesce(counted_checks, 0) <> 0
)

select * from final
