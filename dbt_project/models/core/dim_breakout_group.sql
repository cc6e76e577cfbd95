{{ config(materialized='incremental', incremental_strategy='differing') }}

with members as (
    select
        {{ tieout.dim_key(['site']) }} as site_key,
        group_name as breakout_group,
        member_type,
        member
    from {{ source('config', 'breakout_group') }}
)

select * from members
