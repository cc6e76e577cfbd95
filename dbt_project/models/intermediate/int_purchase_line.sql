{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('purchase_line', [
        'purchase_id', 'line_id', 'site', 'supplier_id', 'supplier_name', 'part_number', 'quantity', 'unit_cost',
        'is_return', 'core_credit', 'ro_id', 'invoice_date'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='purchase_line') }}
),

keyed as (
    select
        newest._key as purchase_line_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.purchase_id || '|' || newest.line_id as source_entity_id,
        newest.purchase_id,
        -- a supplier without a number is known by its name
        {{ tieout.ref_key(
            'newest._connection', 'coalesce(newest.supplier_id, ' ~ tieout.name_norm('newest.supplier_name') ~ ')'
        ) }} as supplier_key,
        newest.supplier_id,
        newest.supplier_name,
        newest.part_number,
        newest.quantity,
        newest.unit_cost,
        coalesce(newest.is_return, false) as is_return,
        newest.core_credit,
        {{ tieout.optional_key(tieout.owner('order'), 'newest.ro_id') }} as ro_key,
        newest.invoice_date,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.placed('newest.invoice_date') }}
)

select * from keyed
