with lines as (
    select * from {{ ref('int_pbs__ro_line') }}
    where line_type = 'tax'
),

taxes as (
    select
        ro_id, tax_code, {{ tieout.money('sum(net_amount)') }} as amount, _connection, _parent_key, _order, _version,
        cast(min(cast(_row_hash as varchar)) as uuid) as _row_hash, _is_deleted, _bound, _pulled_at, _pull_id
    from lines
    group by
        ro_id, tax_code, _connection, _parent_key, _order, _version, _is_deleted, _bound, _pulled_at, _pull_id
),

canonical as (
    select
        ro_id,
        tax_code as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        amount as tax_amount,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'tax_code']) }} as _key,
        _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        _parent_key as document_key
    from taxes
)

select * from canonical
