{{ config(materialized='view') }}

with customers as (
    select * from {{ ref('dim_customer') }}
),

bridged as (
    select
        customers.customer_key,
        coalesce(members.golden_key, customers.customer_key) as golden_customer_key,
        customers.source_connection_key,
        customers.source_entity_id,
        customers.created_ts,
        members.match_method,
        members.matched_on
    from customers
    left join {{ ref('identity_member') }} as members
        on customers.customer_key = members.member_key and members.subject = 'customer'
)

select * from bridged
