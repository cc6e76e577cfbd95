{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'ro_status_event_key'}
) }}

-- depends_on: {{ ref('touched_ro') }}
with arrived as (
    select * from {{ ref('int_ro_status_event') }}
)

select * from arrived
