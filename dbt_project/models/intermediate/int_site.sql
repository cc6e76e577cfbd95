{{ config(materialized='view') }}

with sites as (
    select {{ tieout.dim_key(['site']) }} as site_key, *
    from {{ source('config', 'site') }}
)

select * from sites
