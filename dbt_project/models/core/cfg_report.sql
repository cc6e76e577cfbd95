{{ config(materialized='incremental', incremental_strategy='differing') }}

with options as (
    select
        case when site is null then cast(null as bigint) else {{ tieout.dim_key(['site']) }} end as site_key,
        name,
        value
    from {{ source('config', 'option') }}
)

select * from options
