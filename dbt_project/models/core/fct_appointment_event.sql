{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'appointment_event_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_appointment_event') }}
)

select * from arrived
