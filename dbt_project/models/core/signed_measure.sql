{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The close journal is no part of the warehouse: who reads puts it in this place (orchestration/closing/tables.py).
with final as (
    select
        cast(null as bigint) as site_key,
        cast(null as date) as business_date,
        cast(null as varchar) as document_type,
        cast(null as varchar) as document_key,
        cast(null as varchar) as ro_number,
        cast(null as varchar) as measure,
        cast(null as decimal(14, 2)) as amount,
        cast(null as varchar) as version
    where false
)

select * from final
