{{ config(materialized='incremental', incremental_strategy='differing') }}

with capabilities as (
    select kind, entity, field, capability, reason
    from {{ source('config', 'capability') }}
)

select * from capabilities
