{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set subject = tieout.ro_estimate_subject() -%}
with days as (
    {{ tieout.reported_days() }}
),

behind as (
    {{ tieout.messaging_behind(
        subject, ref('ro_participant'), ref('ro_messaging'),
        tieout.site_options({'role_filters_total': 'boolean'}), by_user=true
    ) }}
),

rolled as (
    {{ tieout.messaging_rolled(subject, by_user=true) }}
),

final as (
    {{ tieout.messaging_final(subject, by_user=true) }}
)

select * from final
