{{ config(materialized='view') }}

with employees as (
    select * from {{ ref('dim_employee') }}
),

bridged as (
    select
        employees.employee_key,
        coalesce(members.golden_key, employees.employee_key) as golden_employee_key,
        employees.source_connection_key,
        employees.source_entity_id,
        employees.extension,
        cast(null as varchar) as email,
        members.match_method,
        members.matched_on
    from employees
    left join {{ ref('identity_member') }} as members
        on employees.employee_key = members.member_key and members.subject = 'employee'
)

select * from bridged
