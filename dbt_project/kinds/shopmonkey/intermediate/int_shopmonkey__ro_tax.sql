with orders as (
    select * from {{ ref('stg_shopmonkey__order_row') }}
    where entity = 'order'
),

charges as (
    select * from {{ ref('int_shopmonkey__order_charge') }}
    where line_type = 'tax'
),

canonical as (
    select
        charges.order_id as ro_id,
        charges.title as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        {{ tieout.cents_to_dollars('charges.amount_cents') }} as tax_amount,
        charges._connection,
        {{ tieout.source_key(['charges._connection', 'charges.order_id', 'charges.title']) }} as _key,
        charges._parent_key,
        charges._order,
        charges._version,
        charges._row_hash,
        orders.is_deleted_row as _is_deleted,
        charges._bound,
        charges._pulled_at,
        charges._pull_id,
        charges._parent_key as document_key
    from charges
    inner join orders on charges._version = orders._version
)

select * from canonical
