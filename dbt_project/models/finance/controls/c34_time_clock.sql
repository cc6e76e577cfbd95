{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Punches of the time clock: every card is clocked out once its day is over, out comes after in, nobody is at two
-- places at once, and nobody works more than 16 hours of a day. One person is one, whatever systems know him.
with pulled as (
    select source_connection_key, cast(max(window_to) as timestamp with time zone) as pulled_ts
    from {{ ref('fct_pull') }}
    group by source_connection_key
),

cards as (
    select
        cards_of.time_card_key,
        cards_of.site_key,
        cards_of.business_date,
        cards_of.in_ts,
        cards_of.out_ts,
        cards_of.employee_key,
        'card ' || cards_of.source_entity_id as document,
        coalesce(named.name, 'somebody') as person,
        {{ tieout.person('people', 'cards_of.employee_key') }} as person_key,
        cards_of.business_date < cast(
            {{ tieout.wall_clock('coalesce(pulled.pulled_ts, moments.as_of_ts)', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        ) as is_over,
        case
            when cards_of.out_ts is not null then {{ tieout.seconds_between('cards_of.in_ts', 'cards_of.out_ts') }}
            else 0
        end as seconds
    from {{ ref('fct_time_card') }} as cards_of
    inner join {{ ref('dim_site') }} as sites on cards_of.site_key = sites.site_key
    left join pulled on cards_of.source_connection_key = pulled.source_connection_key
    left join {{ ref('reporting_moment') }} as moments on cards_of.site_key = moments.site_key
    left join {{ ref('dim_employee') }} as named on cards_of.employee_key = named.employee_key
    {{ tieout.people('people', 'cards_of.employee_key') }}
    where not cards_of.is_deleted_at_source
),

clocked as (
    select
        *,
        max(out_ts) over (
            partition by person_key order by in_ts, time_card_key rows between unbounded preceding and 1 preceding
        ) as out_before,
        sum(seconds) over (
            partition by person_key, business_date order by in_ts, time_card_key
            rows between unbounded preceding and current row
        ) as seconds_of_day
    from cards
),

outs as (
    select
        {{ tieout.compared(
            drill_key='time_card_key', document='document', aspect="'out'", expected='1',
            actual='case when out_ts is not null then 1 end', severity="'W'",
            said="person || ' clocked in and never out.'"
        ) }}
    from clocked
    where out_ts is not null or is_over
),

orders as (
    select
        {{ tieout.compared(
            drill_key='time_card_key', document='document', aspect="'order'", expected=tieout.ratio('greatest(seconds, 0)', '3600'),
            actual=tieout.ratio('seconds', '3600'), severity="'W'", said="person || ' clocked out before clocking in.'"
        ) }}
    from clocked
    where out_ts is not null
),

doubled as (
    select
        {{ tieout.compared(
            drill_key='time_card_key', document='document', aspect="'overlap'", expected='0',
            actual="case when out_before > in_ts then "
            ~ tieout.ratio(tieout.seconds_between('in_ts', 'out_before'), '3600') ~ " else 0 end", severity="'W'",
            said="person || ' clocked in while still clocked in elsewhere.'"
        ) }}
    from clocked
    where person_key <> -1
),

days as (
    select
        {{ tieout.compared(
            drill_key='time_card_key', document='document', aspect="'hours of the day'",
            expected=tieout.ratio('least(seconds_of_day, 57600)', '3600'),
            actual=tieout.ratio('seconds_of_day', '3600'), severity="'W'",
            said="person || ' has worked ' || cast(cast(" ~ tieout.ratio('seconds_of_day', '3600')
            ~ " as decimal(14, 2)) as varchar) "
            ~ "|| ' hours of the day with this card; more than 16 are not believed.'"
        ) }}
    from clocked
    where person_key <> -1
),

final as (
    select * from outs
    union all
    select * from orders
    union all
    select * from doubled
    union all
    select * from days
)

select * from final
