{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'audit_event_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_audit_event') }}
)

select * from arrived
