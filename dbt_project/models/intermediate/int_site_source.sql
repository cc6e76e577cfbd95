{{ config(materialized='view') }}

with site_sources as (
    select * from {{ source('config', 'site_source') }}
),

sites as (
    select * from {{ source('config', 'site') }}
),

keyed as (
    select
        site_sources.connection,
        site_sources.source_site_id,
        site_sources.valid_from,
        site_sources.valid_to,
        {{ tieout.dim_key(['sites.site']) }} as site_key,
        sites.site,
        sites.iana_tz,
        sites.day_cutoff_minutes
    from site_sources
    inner join sites on site_sources.site = sites.site
)

select * from keyed
