{{ config(materialized='incremental', incremental_strategy='newer', meta={'key': 'campaign_key'}) }}

with arrived as (
    select * from {{ ref('int_campaign') }}
)

select * from arrived
