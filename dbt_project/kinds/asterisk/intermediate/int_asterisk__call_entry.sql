-- How each call came in: its first row, and the direction and entry point that its contexts and numbers say.
with cdr as (
    select * from {{ ref('stg_asterisk__cdr') }}
),

ways as (
    {{ tieout.matched_contexts('cdr', 'direction', 'rows_of.row_id, rows_of._version') }}
),

entry_points as (
    {{ tieout.matched_contexts(
        'cdr', 'entry_point', 'rows_of._version', 'rows_of.started_at asc,'
    ) }}
),

-- the caller's own channel gives the call its id; ends of a Local pipe come last
ordered as (
    select
        *,
        {{ tieout.digits_of('src') }} as src_digits,
        {{ tieout.digits_of('coalesce(did, dst)') }} as dst_digits,
        row_number() over (
            partition by _version
            order by
                case when uniqueid = call_id then 0 else 1 end, case when party_a like 'Local/%' then 1 else 0 end,
                started_at, sequence_number, row_id
        ) as place
    from cdr
),

directed as (
    select
        ordered._version,
        ordered.site_code,
        ordered.src,
        coalesce(ordered.did, ordered.dst) as dst,
        ordered.src_digits,
        ordered.dst_digits,
        {{ tieout.device_name('ordered.party_a') }} as origin,
        ordered.src_e164,
        case when ordered.did is not null then ordered.did_e164 else ordered.dst_e164 end as dst_e164,
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

select * from directed
