{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('vehicle', [
        'vehicle_id', 'customer_id', 'vin', 'year', 'make', 'model', 'engine', 'odometer', 'updated_at'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='vehicle') }}
),

keyed as (
    select
        {{ tieout.dim_key(['_connection', 'vehicle_id']) }} as vehicle_key,
        {{ tieout.dim_key(['_connection']) }} as source_connection_key,
        vehicle_id as source_entity_id,
        _order as source_order,
        {{ tieout.ref_key('_connection', 'customer_id') }} as customer_key,
        vin,
        year,
        make,
        model,
        engine,
        odometer,
        _is_deleted as is_deleted_at_source
    from newest
)

select * from keyed
