{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'appointment_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_appointment') }}
)

select * from arrived
