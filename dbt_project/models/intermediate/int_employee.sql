{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('employee', [
        'employee_id', 'site', 'name', 'role', 'extension', 'hourly_cost', 'active', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='employee') }}
),

keyed as (
    select
        {{ tieout.dim_key(['_connection', 'employee_id']) }} as employee_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        employee_id as source_entity_id,
        _order as source_order,
        site as source_site_id,
        name,
        role,
        extension,
        hourly_cost,
        coalesce(active, true) as is_active,
        _is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
