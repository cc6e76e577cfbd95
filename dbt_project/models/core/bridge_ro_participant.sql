{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'ro_participant_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_ro_participant') }}
)

select * from arrived
