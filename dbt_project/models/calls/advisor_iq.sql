{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set keys = ['advisor_key', 'rubric', 'criterion'] -%}
{% set period = ['site_key', 'period_grain', 'period_start', 'period_end'] -%}
{% set row = period + keys + ['call_key', 'call_id', 'business_date', 'start_ts'] -%}
{% set rates = {
    'greeting': 'greeting', 'appointment_asked': 'appointment asked', 'appointment_booked': 'appointment booked'
} -%}
{% set sums = ['score', 'max_score', 'passed', 'judged'] -%}
{% for rate in rates %}{% set _ = sums.extend([rate ~ '_passed', rate ~ '_judged']) %}{% endfor -%}
{% set distincts = ['scored_calls', 'calls_eligible', 'rubrics'] -%}
{% set judgement = ['judged_call', 'own_score', 'criterion_score'] -%}
with days as (
    {{ tieout.reported_days() }}
),

calls as (
    select *
    from {{ ref('counted_call') }}
    where direction in ('in', 'out')
),

judged_calls as (
    select call_key, {{ tieout.ratio('sum(score)', 'sum(max_score)') }} as own_score
    from {{ ref('fct_call_score') }}
    where not is_deleted_at_source
    group by call_key
),

judged as (
    select
        calls.site_key,
        calls.start_business_date as business_date,
        calls.employee_key as advisor_key,
        coalesce(scores.rubric, '') as rubric,
        coalesce(scores.criterion, '') as criterion,
        calls.call_key,
        calls.call_id,
        calls.start_ts,
        calls.call_key as scored_calls,
        scores.rubric as rubrics,
        calls.call_id as judged_call,
        judged_calls.own_score,
        {{ tieout.ratio('scores.score', 'scores.max_score') }} as criterion_score,
        scores.score,
        scores.max_score,
        case when scores.is_passed then 1 else 0 end as passed,
        case when scores.is_passed is not null then 1 else 0 end as judged
        {%- for rate, criterion in rates.items() %},
        case when scores.is_passed and lower(scores.criterion) = '{{ criterion }}' then 1 else 0 end
            as {{ rate }}_passed,
        case when scores.is_passed is not null and lower(scores.criterion) = '{{ criterion }}' then 1 else 0 end
            as {{ rate }}_judged
        {%- endfor %}
    from {{ ref('fct_call_score') }} as scores
    inner join calls on scores.call_key = calls.call_key
    inner join judged_calls on scores.call_key = judged_calls.call_key
    where not scores.is_deleted_at_source
),

scored as (
    select
        days.period_grain,
        days.period_start,
        days.period_end,
        judged.*
    from judged
    inner join days on judged.site_key = days.site_key and judged.business_date = days.business_date
),

-- these stand under no criterion: they count for an advisor, a shop, all
eligible as (
    select
        days.site_key,
        days.period_grain,
        days.period_start,
        days.period_end,
        days.business_date,
        calls.employee_key as advisor_key,
        calls.call_key,
        calls.call_id,
        calls.start_ts,
        calls.call_key as calls_eligible
    from calls
    inner join days on calls.site_key = days.site_key and calls.start_business_date = days.business_date
    where calls.status = 'answered'
),

behind as (
    {{ tieout.stacked(
        row + sums + distincts + judgement,
        {
            'scored': row + sums + ['scored_calls', 'rubrics'] + judgement,
            'eligible': row | reject('in', ['rubric', 'criterion']) | list + ['calls_eligible']
        }
    ) }}
),

rolled as (
    {{ tieout.rolled(
        keys=keys, sums=sums, distincts=distincts, levels=[['advisor_key']],
        columns=judgement + ['start_ts'],
        aggregates={
            'best_call': tieout.first_of('judged_call', '(-own_score, start_ts, judged_call)'),
            'worst_call': tieout.first_of('judged_call', '(own_score, start_ts, judged_call)'),
            'best_of_criterion': tieout.first_of('judged_call', '(-criterion_score, start_ts, judged_call)'),
            'worst_of_criterion': tieout.first_of('judged_call', '(criterion_score, start_ts, judged_call)')
        },
        lacks={'score': 'scoring'}
    ) }}
),

-- the period before: of a month the month before, of other days as many before them
earlier_periods as (
    select distinct
        site_key,
        period_grain,
        period_start,
        period_end,
        case
            when period_end = cast(date_trunc('month', period_start) + interval '1 month' as date) - 1
                and period_start = cast(date_trunc('month', period_start) as date)
                then cast(period_start - interval '1 month' as date)
            else period_start - cast(period_end - period_start + 1 as integer)
        end as earlier_start
    from days
),

earlier_scored as (
    select
        periods.site_key,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        judged.advisor_key,
        judged.rubric,
        judged.criterion,
        judged.score,
        judged.max_score
    from judged
    inner join {{ ref('business_calendar') }} as calendar
        on judged.site_key = calendar.site_key and judged.business_date = calendar.business_date
    inner join earlier_periods as periods
        on judged.site_key = periods.site_key
        and judged.business_date >= periods.earlier_start and judged.business_date < periods.period_start
),

earlier as (
    {{ tieout.rolled(
        keys=keys, sums=['score', 'max_score'], levels=[['advisor_key']], behind='earlier_scored'
    ) }}
),

compared as (
    select
        rolled.*,
        {{ tieout.ratio('rolled.score', 'rolled.max_score') }} as avg_score,
        {{ tieout.ratio('earlier.score', 'earlier.max_score') }} as earlier_score
    from rolled
    left join earlier
        on rolled.site_key = earlier.site_key
        and rolled.period_grain = earlier.period_grain
        and rolled.period_start = earlier.period_start
        {%- for key in keys %}
        and rolled.{{ key }} is not distinct from earlier.{{ key }}
        {%- endfor %}
    where rolled.row_type <> 'detail' or rolled.criterion is not null
),

final as (
    select
        compared.site_key,
        compared.period_grain,
        compared.period_start,
        compared.period_end,
        compared.row_type,
        compared.advisor_key,
        people.name as advisor,
        compared.rubric,
        compared.criterion,
        {{ tieout.count_of('compared.scored_calls') }} as scored_calls,
        {{ tieout.count_of("case when compared.row_type <> 'detail' then compared.calls_eligible end") }}
            as calls_eligible,
        case
            when compared.row_type <> 'detail'
                then {{ tieout.ratio('compared.scored_calls', 'compared.calls_eligible') }}
        end as coverage,
        compared.avg_score,
        {{ tieout.ratio('compared.passed', 'compared.judged') }} as pass_rate,
        {% for rate in rates -%}
        {{ tieout.ratio('compared.' ~ rate ~ '_passed', 'compared.' ~ rate ~ '_judged') }} as {{ rate }}_rate,
        {% endfor -%}
        cast(compared.avg_score - compared.earlier_score as decimal(18, 6)) as score_trend,
        case when compared.row_type = 'detail' then compared.best_of_criterion else compared.best_call end as best_call,
        case when compared.row_type = 'detail' then compared.worst_of_criterion else compared.worst_call end
            as worst_call,
        compared.rubrics > 1 as rubric_mixed_flag,
        {{ tieout.null_reason('score', 'no_scoring') }} as null_reason,
        {{ tieout.count_of('compared.score_missing') }} as sites_missing
    from compared
    left join {{ ref('dim_employee') }} as people on compared.advisor_key = people.employee_key
)

select * from final
