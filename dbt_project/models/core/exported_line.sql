{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- What was exported is in the close journal, which is no part of the warehouse: who reads puts it in this place
-- (orchestration/exports.py).
with final as (
    select
        cast(null as bigint) as site_key,
        cast(null as date) as business_date,
        cast(null as varchar) as section,
        cast(null as varchar) as row_code,
        cast(null as varchar) as account,
        cast(null as decimal(14, 2)) as amount,
        cast(null as integer) as seq
    where false
)

select * from final
