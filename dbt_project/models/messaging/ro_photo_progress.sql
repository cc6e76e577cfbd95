{{ config(materialized='view', meta={'computed': 'on_read'}) }}

{% set subject = tieout.ro_photo_subject() -%}
with days as (
    {{ tieout.reported_days() }}
),

behind as (
    {{ tieout.messaging_behind(
        subject, ref('ro_participant'), ref('ro_messaging'),
        tieout.site_options({'role_filters_total': 'boolean'})
    ) }}
),

rolled as (
    {{ tieout.messaging_rolled(subject) }}
),

final as (
    {{ tieout.messaging_final(subject) }}
)

select * from final
