{{ config(materialized='incremental', incremental_strategy='differing') }}

with sites as (
    select
        site_key,
        site,
        name,
        region,
        iana_tz,
        day_cutoff_minutes,
        postal_code,
        ar_enabled,
        upcharge_pct,
        cash_rounding,
        other_line_section
    from {{ ref('int_site') }}
),

-- members that keep a total whole: rows whose source code had no site on their day, and the row of all sites
with_members as (
    select * from sites
    union all
    select
        cast(-1 as bigint), cast(null as varchar), 'Unmapped site', cast(null as varchar), 'UTC', 0,
        cast(null as varchar), false, cast(null as decimal(9, 6)), cast(0 as decimal(14, 2)), 'sublet'
    union all
    select
        cast(-2 as bigint), cast(null as varchar), 'All sites', cast(null as varchar), 'UTC', 0,
        cast(null as varchar), false, cast(null as decimal(9, 6)), cast(0 as decimal(14, 2)), 'sublet'
)

select * from with_members
