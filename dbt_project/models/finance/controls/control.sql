{{ config(materialized='view', meta={'computed': 'on_read'}) }}

with final as (
    {% for control in tieout.controls() -%}
    select
        '{{ control.id }}' as control_id,
        '{{ control.title }}' as title,
        '{{ control.severity }}' as severity,
        '{{ control.why }}' as tolerance_reason
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
