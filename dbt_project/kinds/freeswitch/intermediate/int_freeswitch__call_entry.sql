-- How each call came in: its caller's leg, and the direction and entry point that contexts and numbers say.
with legs as (
    select * from {{ ref('stg_freeswitch__leg') }}
),

ways as (
    {{ tieout.matched_contexts('legs', 'direction', 'rows_of.row_id, rows_of._version') }}
),

entry_points as (
    {{ tieout.matched_contexts(
        'legs', 'entry_point', 'rows_of._version',
        'case when rows_of.leg_id = rows_of.call_id then 0 else 1 end, rows_of.started_at asc,'
    ) }}
),

ordered as (
    select
        *,
        {{ tieout.digits_of('src') }} as src_digits,
        {{ tieout.digits_of('dst') }} as dst_digits,
        row_number() over (
            partition by _version order by case when leg_id = call_id then 0 else 1 end, started_at, row_id
        ) as place
    from legs
),

entries as (
    select
        ordered._version,
        ordered.row_id,
        ordered.leg_id,
        ordered.site_code,
        ordered.src, ordered.dst, ordered.src_digits, ordered.dst_digits, ordered.src_e164, ordered.dst_e164,
        ordered.bridged_to,
        ordered.bridge_channel,
        ordered.last_application,
        ordered.hangup_cause,
        ordered.started_at,
        case when ordered.bridged_to is not null then ordered.answered_at end as bridged_at,
        entry_points.canonical as entry_point,
        {{ tieout.call_direction('ways.canonical', 'ordered.src_digits', 'ordered.dst_digits') }} as direction
    from ordered
    left join ways
        on ordered.row_id = ways.row_id
        and ordered._version = ways._version
        and ways.place = 1
    left join entry_points
        on ordered._version = entry_points._version
        and entry_points.place = 1
    where ordered.place = 1
)

select * from entries
