with orders as (
    select * from {{ ref('stg_tekmetric__repair_order') }}
    where tax_cents <> 0
),

canonical as (
    select
        ro_id,
        'all' as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        {{ tieout.cents_to_dollars('tax_cents') }} as tax_amount,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', "'all'"]) }} as _key,
        _key as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _key as document_key
    from orders
)

select * from canonical
