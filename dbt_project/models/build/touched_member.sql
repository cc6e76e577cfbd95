{{ config(incremental_strategy='accumulated') }}

-- Before a dimension is replaced: who of it arrives, whom they are merged into, whose car it was and is.
{% if is_incremental() %}
with customers as (
    select customer_key, merged_into_key from {{ ref('int_customer') }}
    union
    select customer_key, merged_into_key
    from {{ tieout.stored('core', 'dim_customer') }}
    where customer_key in (select customer_key from {{ ref('int_customer') }})
),

vehicles as (
    select vehicle_key, customer_key from {{ ref('int_vehicle') }}
    union
    select vehicle_key, customer_key
    from {{ tieout.stored('core', 'dim_vehicle') }}
    where vehicle_key in (select vehicle_key from {{ ref('int_vehicle') }})
),

members as (
    select 'customer' as subject, customer_key as member_key from customers
    union
    select 'customer' as subject, merged_into_key as member_key from customers where merged_into_key is not null
    union
    select 'customer' as subject, customer_key as member_key from vehicles where customer_key <> -1
    union
    select 'vehicle' as subject, vehicle_key as member_key from vehicles
    union
    select 'employee' as subject, employee_key as member_key from {{ ref('int_employee') }}
)
{% else %}
-- depends_on: {{ ref('int_customer') }}
-- depends_on: {{ ref('int_employee') }}
-- depends_on: {{ ref('int_vehicle') }}
with members as (
    select cast(null as varchar) as subject, cast(null as bigint) as member_key
    where false
)
{% endif %}

select * from members
