-- How each call came in: its first row, and the direction and entry point that its contexts and numbers say.
with cdr as (
    select * from {{ ref('stg_asterisk__cdr') }}
),

-- the longest pattern wins
ways as (
    select
        cdr._version,
        cdr.row_id,
        patterns.canonical as way,
        row_number() over (
            partition by cdr.row_id, cdr._version order by length(patterns.raw) desc, patterns.raw asc
        ) as place
    from cdr
    inner join {{ source('config', 'value_map') }} as patterns
        on cdr._connection = patterns.connection
        and patterns.table_name = 'context'
        and patterns.column_name = 'direction'
        and cdr.context like replace(patterns.raw, '*', '%')
),

entry_points as (
    select
        cdr._version,
        points.canonical as entry_point,
        row_number() over (
            partition by cdr._version
            order by cdr.started_at asc, length(points.raw) desc, points.raw asc, cdr.row_id asc
        ) as place
    from cdr
    inner join {{ source('config', 'value_map') }} as points
        on cdr._connection = points.connection
        and points.table_name = 'context'
        and points.column_name = 'entry_point'
        and cdr.context like replace(points.raw, '*', '%')
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
        entry_points.entry_point,
        case
            when ways.way in ('in', 'out') then ways.way
            when length(ordered.dst_digits) < 7 or ordered.dst_digits is null then
                case when ways.way is null and length(ordered.src_digits) >= 7 then 'in' else 'internal' end
            when ways.way = 'internal' or coalesce(length(ordered.src_digits), 0) < 7 then 'out'
            else 'in'
        end as direction
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
