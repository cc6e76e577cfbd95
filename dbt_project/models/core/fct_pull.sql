{{ config(materialized='incremental', incremental_strategy='differing') }}

with pulls as (
    select
        {{ tieout.dim_key(['connection']) }} as source_connection_key,
        pull_id,
        table_name,
        window_from,
        window_to,
        rows_in,
        rows_landed,
        rows_unchanged,
        rows_quarantined,
        status
    from {{ source('config', 'pull') }}
)

select * from pulls
