{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'site_hours_key'}
) }}

with arrived as (
    select * from {{ ref('int_site_hours') }}
)

select * from arrived
