{{ config(materialized='incremental', incremental_strategy='differing') }}

-- Suppliers of invoices, by what the last one calls them, and those that only lines of repair orders name, by id.
with invoiced as (
    select
        supplier_key,
        source_connection_key,
        max(supplier_id) as supplier_id,
        {{ tieout.last_of('supplier_name', 'source_order') }} as name
    from {{ ref('fct_purchase_line') }}
    where supplier_key <> -1
    group by supplier_key, source_connection_key
),

of_lines as (
    select source_connection_key, supplier_id
    from {{ ref('fct_ro_line') }}
    where supplier_id is not null
    group by source_connection_key, supplier_id
),

named as (
    select
        {{ tieout.dim_key(['connections.connection', 'of_lines.supplier_id']) }} as supplier_key,
        of_lines.source_connection_key,
        of_lines.supplier_id
    from of_lines
    inner join {{ ref('dim_source_connection') }} as connections
        on of_lines.source_connection_key = connections.source_connection_key
),

suppliers as (
    select supplier_key, source_connection_key, supplier_id, name from invoiced
    union all
    select named.supplier_key, named.source_connection_key, named.supplier_id, cast(null as varchar)
    from named
    left join invoiced on named.supplier_key = invoiced.supplier_key
    where invoiced.supplier_key is null
    union all
    select cast(-1 as bigint), cast(-1 as bigint), cast(null as varchar), 'Unknown'
),

final as (
    select supplier_key, source_connection_key, supplier_id, name, {{ tieout.name_norm('name') }} as name_norm
    from suppliers
)

select * from final
