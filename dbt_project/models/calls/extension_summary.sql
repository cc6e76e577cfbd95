{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set row = [
    'site_key', 'period_grain', 'period_start', 'period_end', 'extension', 'call_key', 'call_id', 'leg_id',
    'business_date', 'leg_ts', 'employee_key', 'direction', 'result'
] -%}
{% set sums = [
    'inbound_answered', 'inbound_s', 'outbound_s', 'talks', 'transfers_out', 'transfers_in', 'answer_s', 'score',
    'max_score'
] -%}
{% set distincts = [
    'inbound_rung', 'inbound_taken', 'taken_elsewhere', 'outbound', 'internal', 'voicemails'
] -%}
with days as (
    {{ tieout.reported_days() }}
),

scores as (
    select call_key, sum(score) as score, sum(max_score) as max_score
    from {{ ref('fct_call_score') }}
    where not is_deleted_at_source
    group by call_key
),

rung as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        legs.extension,
        legs.transfer_from,
        legs.call_key,
        calls.call_id,
        legs.source_entity_id as leg_id,
        days.business_date,
        legs.start_ts as leg_ts,
        legs.answer_ts,
        legs.employee_key,
        calls.direction,
        calls.status,
        legs.result,
        legs.talk_s,
        legs.result in ('answered', 'transferred') as is_taken,
        row_number() over (
            partition by legs.call_key, days.period_grain, days.period_start
            order by
                case when legs.result = 'answered' then 0 else 1 end, legs.answer_ts asc nulls last,
                legs.source_entity_id asc
        ) = 1 and legs.result = 'answered' as is_first_answer
    from {{ ref('fct_call_leg') }} as legs
    inner join {{ ref('counted_call') }} as calls on legs.call_key = calls.call_key
    inner join days on calls.site_key = days.site_key and calls.start_business_date = days.business_date
    where not legs.is_deleted_at_source
),

taken as (
    select distinct call_key from rung
    where is_taken
),

own as (
    select
        rung.*,
        owners.employee_key as owner_key,
        rung.direction = 'in' and not max(case when rung.is_taken then 1 else 0 end) over (
            partition by rung.call_key, rung.extension, rung.period_grain, rung.period_start
        ) = 1 as is_in_vain,
        case when rung.is_first_answer then scores.score end as score,
        case when rung.is_first_answer then scores.max_score end as max_score
    from rung
    left join scores on rung.call_key = scores.call_key and rung.direction <> 'internal'
    left join {{ ref('dim_extension') }} as owners
        on rung.site_key = owners.site_key and rung.extension = owners.extension
        and rung.business_date between owners.valid_from and owners.valid_to
        and not owners.is_deleted_at_source
    where rung.extension is not null
),

legs as (
    select
        {% for column in row | reject('eq', 'employee_key') -%}
        own.{{ column }},
        {% endfor -%}
        {{ tieout.person('people', 'coalesce(nullif(own.employee_key, -1), own.owner_key)') }} as employee_key,
        case when own.direction = 'in' then own.call_key end as inbound_rung,
        case when own.direction = 'in' and own.is_first_answer then 1 else 0 end as inbound_answered,
        case when own.direction = 'in' and own.is_taken then own.call_key end as inbound_taken,
        case when own.is_in_vain and taken.call_key is not null then own.call_key end as taken_elsewhere,
        case when own.direction = 'out' then own.call_key end as outbound,
        case when own.direction = 'internal' then own.call_key end as internal,
        case when own.direction = 'in' then own.talk_s end as inbound_s,
        case when own.direction = 'out' then own.talk_s end as outbound_s,
        case when own.direction <> 'internal' and own.answer_ts is not null then 1 else 0 end as talks,
        case when own.direction <> 'internal' and own.answer_ts is not null then own.talk_s end as longest_s,
        case when own.transfer_from is not null and own.direction <> 'internal' then 1 else 0 end as transfers_in,
        case when own.direction = 'in' and own.status = 'voicemail' then own.call_key end as voicemails,
        case
            when own.direction = 'in' and own.is_first_answer
                then {{ tieout.seconds_between('own.leg_ts', 'own.answer_ts') }}
        end as answer_s,
        own.score,
        own.max_score
    from own
    left join taken on own.call_key = taken.call_key
    {{ tieout.people('people', 'coalesce(nullif(own.employee_key, -1), own.owner_key)') }}
),

handed_on as (
    select
        {% for column in row | reject('in', ['extension', 'leg_ts', 'employee_key']) -%}
        {{ column }},
        {% endfor -%}
        transfer_from as extension,
        1 as transfers_out
    from rung
    where transfer_from is not null and direction <> 'internal'
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts + ['longest_s'],
        {
            'legs': row + sums | reject('eq', 'transfers_out') | list + distincts + ['longest_s'],
            'handed_on': row | reject('in', ['leg_ts', 'employee_key']) | list + ['transfers_out']
        }
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=['extension'], sums=sums, distincts=distincts, columns=['employee_key', 'leg_ts', 'longest_s'],
        aggregates={
            'last_employee_key': tieout.last_of('employee_key', 'leg_ts'), 'longest_call_s': 'max(longest_s)'
        },
        lacks={'score': 'scoring'}
    ) }}
),

groups as (
    select site_key, extension, max(case when is_group then 1 else 0 end) as is_group
    from {{ ref('dim_extension') }}
    where not is_deleted_at_source
    group by site_key, extension
),

final as (
    select
        rolled.site_key,
        rolled.period_grain,
        rolled.period_start,
        rolled.period_end,
        rolled.row_type,
        rolled.extension,
        case when rolled.row_type = 'detail' then coalesce(rolled.last_employee_key, -1) end as employee_key,
        people.name as employee,
        case when rolled.row_type = 'detail' then coalesce(groups.is_group, 0) = 1 end as is_group,
        {{ tieout.count_of('rolled.inbound_answered') }} as inbound_answered,
        {{ tieout.count_of('rolled.inbound_rung') }} as inbound_rung,
        {{ tieout.count_of('rolled.inbound_rung - rolled.inbound_taken') }} as inbound_missed,
        -- for a shop there is no elsewhere
        {{ tieout.count_of("case when rolled.row_type = 'detail' then rolled.taken_elsewhere else 0 end") }}
            as missed_but_answered_elsewhere,
        {% for column in ['outbound', 'internal'] -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.minutes('rolled.inbound_s') }} as inbound_min,
        {{ tieout.minutes('rolled.outbound_s') }} as outbound_min,
        {{ tieout.minutes('(rolled.inbound_s + rolled.outbound_s)') }} as total_min,
        {{ tieout.seconds_per('(rolled.inbound_s + rolled.outbound_s)', 'rolled.talks') }} as avg_talk_s,
        {{ tieout.count_of('rolled.longest_call_s') }} as longest_call_s,
        {% for column in ['transfers_out', 'transfers_in', 'voicemails'] -%}
        {{ tieout.count_of('rolled.' ~ column) }} as {{ column }},
        {% endfor -%}
        {{ tieout.seconds_per('rolled.answer_s', 'rolled.inbound_answered') }} as avg_answer_s,
        {{ tieout.ratio('rolled.inbound_answered', 'rolled.inbound_rung') }} as pct_answered,
        {{ tieout.unless_lacking('score', tieout.ratio('rolled.score', 'rolled.max_score')) }} as call_score_avg,
        {{ tieout.null_reason('score', 'no_scoring') }} as null_reason,
        {{ tieout.count_of('rolled.score_missing') }} as sites_missing
    from rolled
    left join {{ ref('dim_employee') }} as people
        on people.employee_key = case when rolled.row_type = 'detail' then coalesce(rolled.last_employee_key, -1) end
    left join groups on rolled.site_key = groups.site_key and rolled.extension = groups.extension
)

select * from final
