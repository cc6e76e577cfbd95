{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set moves = ['opened', 'reopened', 'closed', 'voided'] -%}
with items as (
    select
        site_key,
        business_date
        {%- for move in moves %},
        sum({{ move }}) as {{ move }},
        sum({{ move }}_amount) as {{ move }}_amount
        {%- endfor %},
        sum(delta_state) as delta_state,
        sum(delta_state_amount) as delta_state_amount
    from {{ ref('wip_item') }}
    group by site_key, business_date
),

days as (
    select site_key, business_date, true as is_asked from {{ ref('dim_site_day') }}
    union all
    -- what happened before a shop's first day stands in its opening
    select site_key, business_date, false from items
    where not exists (
        select 1 from {{ ref('dim_site_day') }} as known
        where known.site_key = items.site_key and known.business_date = items.business_date
    )
),

balanced as (
    select site_key, business_date, sum(amount) as amount
    from (
        select
            balances.site_key, balances.opening_balance_key, balances.amount, min(known.business_date) as business_date
        from {{ ref('fct_opening_balance') }} as balances
        inner join {{ ref('dim_site_day') }} as known
            on balances.site_key = known.site_key and balances.business_date <= known.business_date
        where balances.account = 'wip' and not balances.is_deleted_at_source
        group by balances.site_key, balances.opening_balance_key, balances.amount
    ) as dated
    group by site_key, business_date
),

stood as (
    select
        days.site_key,
        days.business_date,
        days.is_asked
        {%- for move in moves %},
        coalesce(items.{{ move }}, 0) as {{ move }},
        coalesce(items.{{ move }}_amount, 0) as {{ move }}_amount
        {%- endfor %}
        {%- for unit in ['', '_amount'] %},
        coalesce(sum(items.delta_state{{ unit }}) over (
            partition by days.site_key order by days.business_date asc
            rows between unbounded preceding and 1 preceding
        ), 0) as opening{{ unit }},
        coalesce(sum(items.delta_state{{ unit }}) over (
            partition by days.site_key order by days.business_date asc
            rows between unbounded preceding and current row
        ), 0) as standing{{ unit }}
        {%- endfor %}
    from days
    left join items on days.site_key = items.site_key and days.business_date = items.business_date
),

rolled as (
    select
        *
        {%- for unit in ['', '_amount'] %},
        opening{{ unit }} + opened{{ unit }} + reopened{{ unit }} - closed{{ unit }} - voided{{ unit }}
            as closing{{ unit }}
        {%- endfor %}
    from stood
),

final as (
    select
        rolled.site_key,
        rolled.business_date,
        {% for column in ['opening', 'opened', 'reopened', 'closed', 'voided', 'closing'] -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.count_of('rolled.standing') }} as closing_per_state,
        {{ tieout.count_of('rolled.standing - rolled.closing') }} as diff,
        {{ tieout.money('balanced.amount') }} as opening_balance,
        {% for column in ['opening', 'opened', 'reopened', 'closed', 'voided', 'closing'] -%}
        {{ tieout.money('rolled.' ~ column ~ '_amount') }} as {{ column }}_amount,
        {% endfor -%}
        {{ tieout.money('rolled.standing_amount') }} as closing_amount_per_state,
        {{ tieout.money('rolled.standing_amount - rolled.closing_amount') }} as amount_diff
    from rolled
    left join balanced on rolled.site_key = balanced.site_key and rolled.business_date = balanced.business_date
    where rolled.is_asked
)

select * from final
