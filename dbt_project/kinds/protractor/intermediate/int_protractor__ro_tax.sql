with taxed as (
    select * from {{ ref('int_protractor__charge') }}
    where line_type = 'tax'
),

canonical as (
    select
        ro_id,
        'all' as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        amount as tax_amount,
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
    from taxed
)

select * from canonical
