{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        calls.call_key,
        calls.site_key,
        calls.source_connection_key,
        calls.source_entity_id as call_id,
        calls.direction,
        calls.from_e164,
        calls.to_did,
        calls.phone_number_key,
        calls.start_ts,
        calls.end_ts,
        calls.start_business_date,
        calls.start_local_hour,
        calls.status,
        calls.entry_point,
        {{ tieout.person('people', 'calls.first_answer_employee_key') }} as employee_key,
        calls.talk_s,
        {{ tieout.seconds_between('calls.start_ts', 'calls.end_ts') }} as length_s
    from {{ ref('fct_call') }} as calls
    inner join {{ tieout.site_options({'exclude_spam': 'boolean'}) }} as options on calls.site_key = options.site_key
    {{ tieout.people('people', 'calls.first_answer_employee_key') }}
    where not calls.is_deleted_at_source
    and not (options.exclude_spam and coalesce(calls.is_spam, false))
)

select * from final
