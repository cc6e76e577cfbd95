{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Whether what the sources hold is here: each pull begins where the one before ended, every row that it brought is
-- landed, known already or refused, none of its tables failed for good, no refused row of a day still waits, and no
-- source is silent for longer than its SLA. A connection is of the shops whose orders it brings, else whose calls, else
-- of those that tieout.yml gives it.
with selling as (
    select source_connection_key, site_key
    from {{ ref('fct_repair_order') }}
    where site_key >= 0
    group by source_connection_key, site_key
),

ringing as (
    select source_connection_key, origin_site_key as site_key
    from {{ ref('fct_call') }}
    where origin_site_key >= 0
    group by source_connection_key, origin_site_key
),

served as (
    select * from selling
    union all
    select * from ringing
    where source_connection_key not in (select source_connection_key from selling)
    union all
    select source_connection_key, site_key
    from {{ ref('bridge_site_source') }}
    where source_connection_key not in (select source_connection_key from selling)
    and source_connection_key not in (select source_connection_key from ringing)
    group by source_connection_key, site_key
),

pulls as (
    select
        source_connection_key,
        pull_id,
        min(cast(window_from as timestamp with time zone)) as window_from,
        max(cast(window_to as timestamp with time zone)) as window_to,
        min(case when status = 'complete' then 1 else 0 end) as is_complete
    from {{ ref('fct_pull') }}
    group by source_connection_key, pull_id
),

in_order as (
    select
        *,
        lag(window_to) over (partition by source_connection_key order by window_to asc, pull_id asc) as window_before,
        max(is_complete) over (
            partition by source_connection_key order by window_to asc, pull_id asc
            rows between current row and unbounded following
        ) as is_made_up
    from pulls
),

dated as (
    select
        served.site_key,
        connections.connection,
        in_order.*,
        cast(
            {{ tieout.wall_clock('coalesce(in_order.window_before, in_order.window_to)', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        ) as gap_date,
        cast(
            {{ tieout.wall_clock('in_order.window_to', 'sites.iana_tz') }}
            - sites.day_cutoff_minutes * interval '1 minute' as date
        ) as pull_date,
        coalesce(greatest({{ tieout.seconds_between('in_order.window_before', 'in_order.window_from') }}, 0), 0)
        / 60.0 as gap_min
    from in_order
    inner join served on in_order.source_connection_key = served.source_connection_key
    inner join {{ ref('dim_site') }} as sites on served.site_key = sites.site_key
    inner join {{ ref('dim_source_connection') }} as connections
        on in_order.source_connection_key = connections.source_connection_key
),

counted as (
    select
        dated.site_key,
        dated.pull_date,
        dated.connection,
        dated.pull_id,
        tables.table_name,
        tables.rows_in,
        tables.rows_landed + tables.rows_unchanged + tables.rows_quarantined as rows_kept
    from dated
    inner join {{ ref('fct_pull') }} as tables
        on dated.source_connection_key = tables.source_connection_key and dated.pull_id = tables.pull_id
),

refused as (
    select
        site_key,
        business_date,
        table_name,
        key,
        rule,
        pull_id || ' ' || coalesce(source_file, '') || ' ' || cast(row_number as varchar) || ' ' || rule as place,
        message
    from {{ ref('quarantine') }}
    where site_key is not null and business_date is not null
),

-- what a source is silent for at the end of each day since its last pull, days on which the shop is closed left out
calendar as (
    select
        site_key,
        business_date,
        sum(case when is_open then 0 else 1 end) over (
            partition by site_key order by business_date asc rows between unbounded preceding and current row
        ) as closed_days
    from {{ ref('business_calendar') }}
),

latest as (
    select
        site_key,
        connection,
        max(window_to) as window_to,
        max(pull_id) as pull_id,
        max(pull_date) as pull_date
    from dated
    group by site_key, connection
),

ended as (
    select
        days.site_key,
        days.business_date,
        least(
            {{ tieout.instant(
                "cast(days.business_date + 1 as timestamp) + sites.day_cutoff_minutes * interval '1 minute'",
                'sites.iana_tz'
            ) }}, moments.as_of_ts
        ) as until_ts,
        calendar.closed_days
    from {{ ref('dim_site_day') }} as days
    inner join {{ ref('dim_site') }} as sites on days.site_key = sites.site_key
    inner join {{ ref('reporting_moment') }} as moments on days.site_key = moments.site_key
    inner join calendar on days.site_key = calendar.site_key and days.business_date = calendar.business_date
),

silent as (
    select
        ended.site_key,
        ended.business_date,
        latest.connection,
        latest.pull_id,
        cast(settings.value as decimal(18, 4)) as sla_h,
        cast(greatest(
            {{ tieout.seconds_between('latest.window_to', 'ended.until_ts') }}
            - 86400 * (ended.closed_days - calendar.closed_days), 0
        ) / 3600.0 as decimal(18, 4)) as silent_h
    from latest
    inner join ended on latest.site_key = ended.site_key and latest.pull_date <= ended.business_date
    inner join calendar on latest.site_key = calendar.site_key and latest.pull_date = calendar.business_date
    inner join {{ ref('cfg_report') }} as settings
        on settings.site_key is null and settings.name = 'sla_hours.' || latest.connection
    where ended.until_ts > latest.window_to
),

final as (
    select
        {{ tieout.compared(
            drill_key='pull_id', document="'connection ' || connection", aspect="'silent'", expected='0',
            actual='silent_h', tolerance='sla_h',
            said="connection || ' has been silent for ' || cast(cast(silent_h as integer) as varchar) || ' hours, and '"
                ~ " || cast(cast(sla_h as integer) as varchar) || ' are allowed.'"
        ) }}
    from silent
    union all
    select
        {{ tieout.compared(
            business_date='gap_date', drill_key='pull_id', document="'pull ' || pull_id", aspect="'gap'", expected='0',
            actual='gap_min',
            said="'Of ' || cast(cast(gap_min as integer) as varchar) || ' minutes nothing was pulled from ' || connection"
                ~ " || ': the next pull began after the one before had ended.'"
        ) }}
    from dated
    union all
    select
        {{ tieout.compared(
            business_date='pull_date', drill_key='pull_id', document="'pull ' || pull_id", aspect="'complete'",
            expected='1', actual='is_made_up',
            said="'A table of ' || connection || ' failed, and no pull since has brought it.'"
        ) }}
    from dated
    union all
    select
        {{ tieout.compared(
            business_date='pull_date', drill_key="pull_id || ' ' || table_name",
            document="'pull ' || pull_id || ', ' || table_name", aspect="'rows'", expected='rows_in', actual='rows_kept',
            said="connection || ' sent ' || cast(rows_in as varchar) || ' rows of ' || table_name || ', and '"
                ~ " || cast(rows_kept as varchar) || ' are accounted for.'"
        ) }}
    from counted
    union all
    select
        {{ tieout.compared(
            drill_key='place', document="table_name || ' ' || coalesce(key, 'without key')", aspect="'refused'",
            expected='1', actual='0', said="'A row was refused and waits (' || rule || '): ' || coalesce(message, '')"
        ) }}
    from refused
)

select * from final
