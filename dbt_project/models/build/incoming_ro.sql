{{ config(incremental_strategy='replaced') }}

-- The same version again is taken in again (<=): a build that was killed between two facts must be able to finish them.
with headers as (
    select
        ro_key as _key, version, source_order as _order, _connection, site_key, is_tax_exempt, customer_id,
        open_business_date, close_business_date
    from {{ ref('int_repair_order') }}
),

newest as (
    {{ tieout.newest('headers', entity='repair_order') }}
),

kept as (
    select
        newest._key as ro_key,
        newest.version,
        newest._order as source_order,
        newest._connection,
        newest.site_key,
        newest.is_tax_exempt,
        newest.customer_id,
        newest.open_business_date,
        newest.close_business_date
    from newest
    {% if is_incremental() %}
    left join {{ tieout.stored('core', 'fct_repair_order') }} as stored_ro on newest._key = stored_ro.ro_key
    where stored_ro.ro_key is null or stored_ro.source_order <= newest._order
    {% endif %}
)

select * from kept
