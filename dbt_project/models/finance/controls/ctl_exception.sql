{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    select
        control_id,
        site_key,
        business_date,
        drill_key,
        document,
        aspect,
        expected,
        actual,
        diff,
        tolerance,
        severity,
        said
    from {{ ref('ctl_comparison') }}
    where is_exception
)

select * from final
