{{ config(materialized='incremental', incremental_strategy='differing') }}

-- What calls pass through, once each: what a report of ways calls a node.
with nodes as (
    select node_key, node_type, label
    from {{ ref('fct_call_step') }}
    group by node_key, node_type, label
)

select * from nodes
