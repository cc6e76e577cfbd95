-- Records that tieout.yml tells apart and that are one all the same, by way of others: name those too, or a value to
-- ignore. It moves no figure, so the day is published.
{{ config(severity='warn') }}

with told as (
    select subject, number, {{ tieout.dim_key(['connection', 'source_id']) }} as member_key
    from {{ source('config', 'identity') }}
    where rule = 'apart'
)

select told.subject, told.number, members.golden_key
from told
inner join {{ ref('identity_member') }} as members
    on told.subject = members.subject and told.member_key = members.member_key
group by told.subject, told.number, members.golden_key
having count(*) > 1
