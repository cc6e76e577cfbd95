{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The close journal is no part of the warehouse: who reads puts it in this place (orchestration/closing/tables.py).
with final as (
    select
        cast(null as bigint) as site_key,
        cast(null as date) as business_date,
        cast(null as integer) as seq,
        cast(null as timestamp with time zone) as signed_ts,
        cast(null as varchar) as signed_by,
        cast(null as varchar) as reason,
        cast(null as varchar) as build_id,
        cast(null as varchar) as version,
        cast(null as varchar) as stored_hash,
        cast(null as boolean) as is_same_release
    where false
)

select * from final
