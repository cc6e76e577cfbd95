{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Each inbound call that went through an entry point: was it routed as the hours of the shop say? A call whose entry
-- point is itself told by the hours cannot differ from them.
with calls as (
    select
        calls_of.call_key,
        calls_of.site_key,
        calls_of.start_business_date as business_date,
        calls_of.source_entity_id as call_id,
        calls_of.entry_point,
        calls_of.entry_point_basis,
        cast({{ tieout.wall_clock('calls_of.start_ts', 'sites.iana_tz') }} as time) as local_start
    from {{ ref('fct_call') }} as calls_of
    inner join {{ ref('dim_site') }} as sites on calls_of.site_key = sites.site_key
    where calls_of.direction = 'in'
    and calls_of.entry_point in ('open', 'closed', 'holiday')
    and not calls_of.is_deleted_at_source
),

judged as (
    select
        calls.*,
        case
            when hours.is_open and calls.local_start >= hours.open_time and calls.local_start < hours.close_time then 0
            else 1
        end as is_outside,
        case when calls.entry_point = 'open' then 0 else 1 end as is_routed,
        case
            when hours.is_open
                then 'the shop was open from ' || substr(cast(hours.open_time as varchar), 1, 5)
                    || ' to ' || substr(cast(hours.close_time as varchar), 1, 5)
            else 'the shop was closed that day'
        end as opened
    from calls
    left join {{ ref('business_calendar') }} as hours
        on calls.site_key = hours.site_key and calls.business_date = hours.business_date
),

final as (
    select
        {{ tieout.compared(
            drill_key='call_key', document="'call ' || call_id", aspect="'routing'", severity="'W'",
            expected='is_outside', actual='is_routed', can_fail="entry_point_basis = 'source'",
            said="'The call came at ' || substr(cast(local_start as varchar), 1, 5) || ' and was routed as ' || entry_point"
                ~ " || '; ' || opened || '.'"
        ) }}
    from judged
)

select * from final
