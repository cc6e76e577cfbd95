{{ config(materialized='incremental', incremental_strategy='differing') }}

-- depends_on: {{ ref('touched_before') }}
with refused as (
    select * from {{ ref('int_quarantine') }}
)

select * from refused
