with orders as (
    select * from {{ ref('stg_shopdata__ros') }}
    where tax_total <> 0
),

canonical as (
    select
        ro_id,
        'all' as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        tax_total as tax_amount,
        {{ tieout.landed_columns(keys={'_parent_key': tieout.source_key(['_connection', 'ro_id'])}) }},
        _key as document_key
    from orders
)

select * from canonical
