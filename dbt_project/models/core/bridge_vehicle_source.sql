{{ config(materialized='view') }}

with vehicles as (
    select * from {{ ref('dim_vehicle') }}
),

bridged as (
    select
        vehicles.vehicle_key,
        coalesce(members.golden_key, vehicles.vehicle_key) as golden_vehicle_key,
        vehicles.source_connection_key,
        vehicles.source_entity_id,
        members.match_method,
        members.matched_on
    from vehicles
    left join {{ ref('identity_member') }} as members
        on vehicles.vehicle_key = members.member_key and members.subject = 'vehicle'
)

select * from bridged
