{{ config(materialized='incremental', incremental_strategy='differing') }}

-- Connected components over shared values. The golden record is the member with the smallest key, so that neither the
-- order of arrival nor the order of matching can be seen in it.
with recursive stated as (
    select * from {{ ref('identity_value') }}
),

-- members that tieout.yml tells apart: what two of them share proves nothing of anybody
apart as (
    select stated.value_key
    from {{ source('config', 'identity') }} as told
    inner join stated
        on told.subject = stated.subject
        and {{ tieout.dim_key(['told.connection', 'told.source_id']) }} = stated.member_key
    where told.rule = 'apart'
    group by told.subject, told.number, stated.value_key
    having count(*) > 1
),

-- numbers of the company's own, and what tieout.yml says to overlook
ignored as (
    select value as matched_on from {{ source('config', 'identity') }} where rule = 'ignore'
    union
    select number as matched_on from {{ ref('dim_phone_number') }}
),

most_shared as (
    select max(number) as most from {{ source('config', 'identity') }} where rule = 'most_shared'
),

repeated as (
    select value_key
    from stated
    group by value_key
    having count(*) > 1
),

-- too many holders make a value a placeholder; a name that one system has twice is nobody's
shared as (
    select value_key
    from stated
    where value_key in (select value_key from repeated)
    group by value_key
    having (
        max(method) in ('setting', 'source') or max(subject) = 'vehicle'
        or count(*) <= (select most from most_shared)
    )
    and (max(method) <> 'name' or count(*) = count(distinct source_connection_key))
),

links as (
    select subject, member_key, method, value_key, matched_on
    from stated
    where value_key in (select value_key from shared)
    and value_key not in (select value_key from apart)
    and matched_on not in (select matched_on from ignored)
),

reach (subject, member_key, label) as (
    select distinct subject, member_key, member_key as label from links
    union
    select others.subject, others.member_key, reach.label
    from reach
    inner join links as own on reach.subject = own.subject and reach.member_key = own.member_key
    inner join links as others on own.value_key = others.value_key and reach.label < others.member_key
),

golden as (
    select subject, member_key, min(label) as golden_key
    from reach
    group by subject, member_key
),

methods as (
    select
        subject,
        member_key,
        {{ tieout.first_of('method', '(' ~ tieout.match_rank('method') ~ ', matched_on)') }} as match_method,
        {{ tieout.first_of('matched_on', '(' ~ tieout.match_rank('method') ~ ', matched_on)') }} as matched_on
    from links
    group by subject, member_key
),

final as (
    select golden.subject, golden.member_key, golden.golden_key, methods.match_method, methods.matched_on
    from golden
    inner join methods on golden.subject = methods.subject and golden.member_key = methods.member_key
)

select * from final
