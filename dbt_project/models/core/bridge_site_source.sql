{{ config(materialized='incremental', incremental_strategy='differing') }}

with sites as (
    select
        {{ tieout.dim_key(['connection']) }} as source_connection_key,
        source_site_id,
        site_key,
        valid_from,
        valid_to
    from {{ ref('int_site_source') }}
)

select * from sites
