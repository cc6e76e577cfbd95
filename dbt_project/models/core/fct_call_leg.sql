{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'call_leg_key'}
) }}

-- depends_on: {{ ref('touched_call_before') }}
with legs as (
    select *, call_leg_key as _key, source_order as _order
    from {{ ref('int_call_leg') }}
),

newest as (
    {{ tieout.newest('legs') }}
)

select * exclude (_key, _order) from newest
