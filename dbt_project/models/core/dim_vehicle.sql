{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'vehicle_key'}
) }}

-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_vehicle') }}
)

select * from arrived
