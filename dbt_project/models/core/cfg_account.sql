{{ config(materialized='incremental', incremental_strategy='differing') }}

with accounts as (
    select {{ tieout.dim_key(['site']) }} as site_key, line, method_name, account, account_name
    from {{ source('config', 'account') }}
)

select * from accounts
