-- No tax is sent: rate x base of each class, rounded half away from zero.
with totals as (
    select * from {{ ref('int_shopware__class_total') }}
),

taxed as (
    select
        ro_id,
        item_class as jurisdiction,
        {{ tieout.cents_to_dollars('base_cents') }} as taxable_base,
        cast(rate_percent * cast(0.01 as decimal(3, 2)) as decimal(9, 6)) as rate,
        {{ tieout.cents_to_dollars(tieout.whole_cents(
            'cast(base_cents as decimal(14, 0)) * rate_percent * cast(0.01 as decimal(3, 2))'
        )) }} as tax_amount,
        {{ tieout.landed_columns() }},
        _key as document_key
    from totals
    where base_cents <> 0 and rate_percent <> 0
),

keyed as (
    select
        ro_id,
        jurisdiction,
        taxable_base,
        rate,
        tax_amount,
        _connection,
        {{ tieout.source_key(['_connection', 'ro_id', 'jurisdiction']) }} as _key,
        document_key as _parent_key,
        _order,
        _version,
        _row_hash,
        _is_deleted,
        _bound,
        _pulled_at,
        _pull_id,
        document_key
    from taxed
)

select * from keyed
