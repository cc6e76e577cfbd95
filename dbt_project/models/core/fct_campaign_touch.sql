{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'campaign_touch_key'}) }}

-- depends_on: {{ ref('touched_fact') }}
with arrived as (
    select * from {{ ref('int_campaign_touch') }}
)

select * from arrived
