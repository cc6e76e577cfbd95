{{ config(materialized='view') }}

-- Rows that landing refused and that still wait, with the site and day they would have stood on. A row that every pull
-- refuses again is one row: landing marks the earlier records of it, and those that the source has since corrected.
with refused as (
    select * from {{ source('landing', 'quarantine') }}
),

keyed as (
    select
        refused._connection as connection,
        refused._pull_id as pull_id,
        refused._file as source_file,
        refused._row as row_number,
        refused.table_name,
        refused.key,
        refused.rule,
        refused.column_name,
        refused.value,
        refused.message,
        refused.business_date,
        refused.amount,
        sites.site_key,
        refused.first_seen as first_seen_ts,
        refused._pulled_at as last_seen_ts,
        refused.times as times_seen
    from refused
    left join {{ ref('int_site_source') }} as sites
        on refused._connection = sites.connection
        and refused.site = sites.source_site_id
        and coalesce(refused.business_date, sites.valid_from) between sites.valid_from and sites.valid_to
    where refused.status = 'open'
)

select * from keyed
