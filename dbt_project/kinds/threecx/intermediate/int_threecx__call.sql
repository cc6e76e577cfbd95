-- Records of one historyid are one call: the first says who called what, the legs who took it.
with parts as (
    select
        *,
        {{ tieout.digits_of('src') }} as src_digits,
        {{ tieout.digits_of('dst') }} as dst_digits,
        row_number() over (partition by _version order by started_at, ended_at, row_id) as place
    from {{ ref('stg_threecx__record') }}
),

points as (
    {{ tieout.matched_contexts('parts', 'entry_point', 'rows_of._version', 'rows_of.started_at asc,') }}
),

whole as (
    select
        _version,
        max(ended_at) as ended_at,
        max(case when final_type = 'VoiceMail' then 1 else 0 end) as reached_voicemail,
        max(_order) as _order,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash
    from parts
    group by _version
),

legs as (
    select
        _version,
        min(answered_at) as answered_at,
        {{ tieout.first_of('extension', 'leg_id') }} as first_extension
    from {{ ref('int_threecx__call_leg') }}
    group by _version
),

judged as (
    select
        parts.*,
        whole.ended_at as call_ended_at, whole._order as call_order, whole._row_hash as call_hash,
        points.canonical as entry_point,
        legs.answered_at as talk_began_at,
        legs.first_extension,
        case
            when parts.from_type <> 'Extension' then 'in'
            when parts.to_type = 'ExternalLine' then 'out'
            else 'internal'
        end as direction,
        case
            when legs.answered_at is not null then 'answered'
            when whole.reached_voicemail = 1 then 'voicemail'
            when parts.final_type in ('Queue', 'IVR') then 'abandoned'
            when lower(parts.reason_terminated) like '%busy%' then 'busy'
            when lower(parts.reason_terminated) like '%fail%' then 'failed'
            else 'missed'
        end as status
    from parts
    inner join whole on parts._version = whole._version
    left join points on parts._version = points._version and points.place = 1
    left join legs on parts._version = legs._version
    where parts.place = 1
),

calls as (
    select
        call_id,
        site_code as site,
        direction,
        case when direction = 'internal' then src else {{ tieout.number_or_digits('src_e164', 'src_digits') }} end
            as from_number,
        case when direction = 'internal' then dst else {{ tieout.number_or_digits('dst_e164', 'dst_digits') }} end
            as to_number,
        started_at,
        talk_began_at as answered_at,
        call_ended_at as ended_at,
        status,
        entry_point,
        case
            when direction = 'out' then src_extension
            when direction = 'internal' or talk_began_at is not null then first_extension
        end as extension,
        cast(null as varchar) as employee_id,
        cast(null as boolean) as is_spam,
        cast(null as varchar) as recording_id,
        cast(null as timestamptz) as updated_at,
        _connection,
        _parent_key as _key,
        cast(null as uuid) as _parent_key,
        call_order as _order,
        _version,
        call_hash as _row_hash,
        _is_deleted, _bound, _pulled_at, _pull_id,
        _parent_key as document_key
    from judged
)

select * from calls
