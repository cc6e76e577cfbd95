{{ config(materialized='view', meta={'computed': 'on_read'}) }}

-- The close journal is no part of the warehouse: who reads puts it in this place (orchestration/closing/tables.py).
with final as (
    select
        cast(null as integer) as seq,
        cast(null as timestamp with time zone) as event_ts,
        cast(null as varchar) as act,
        cast(null as bigint) as site_key,
        cast(null as date) as business_date,
        cast(null as varchar) as said_by,
        cast(null as varchar) as reason,
        cast(null as varchar) as build_id,
        cast(null as varchar) as version,
        cast(null as varchar) as tie_key,
        cast(null as varchar) as cause_code,
        cast(null as varchar) as owner,
        cast(null as varchar) as resolution
    where false
)

select * from final
