{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- Each call against the log of its legs: an answered call was answered first by one extension, any other by none, and
-- people talked as long on the legs as on the call. While a call that is handed on rings, its caller still counts as
-- talking.
with legs as (
    select
        call_key,
        sum(case when result = 'answered' then 1 else 0 end) as answers,
        sum(coalesce(talk_s, 0)) as talk_s,
        sum(
            case
                when transfer_from is not null and answer_ts is not null
                    then {{ tieout.seconds_between('start_ts', 'answer_ts') }}
                else 0
            end
        ) as handing_s
    from {{ ref('fct_call_leg') }}
    where not is_deleted_at_source
    group by call_key
),

calls as (
    select
        calls_of.site_key,
        calls_of.start_business_date as business_date,
        calls_of.call_key,
        calls_of.source_entity_id as call_id,
        calls_of.status,
        coalesce(calls_of.talk_s, 0) as talk_s,
        coalesce(legs.answers, 0) as answers,
        coalesce(legs.talk_s, 0) as legs_talk_s,
        coalesce(legs.handing_s, 0) as handing_s
    from {{ ref('fct_call') }} as calls_of
    left join legs on calls_of.call_key = legs.call_key
    where not calls_of.is_deleted_at_source
),

final as (
    select
        {{ tieout.compared(
            drill_key='call_key', document="'call ' || call_id", aspect="'answer'", severity="'W'",
            expected="case when status = 'answered' then 1 else 0 end", actual='answers',
            said="'The call is ' || status || ', and ' || cast(answers as varchar)"
                ~ " || ' of its legs are the one that answered it.'"
        ) }}
    from calls
    union all
    select
        {{ tieout.compared(
            drill_key='call_key', document="'call ' || call_id", aspect="'talk'", severity="'W'",
            expected='legs_talk_s', actual='talk_s', tolerance='handing_s',
            said="'The call lasted ' || cast(talk_s as varchar) || ' seconds of talk, its legs '"
                ~ " || cast(legs_talk_s as varchar) || '.'"
        ) }}
    from calls
)

select * from final
