with lines as (
    select * from {{ ref('int_cdk__ro_line') }}
    where line_type = 'tax'
),

canonical as (
    select
        ro_id,
        pay_type as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        net_amount as tax_amount,
        {{ tieout.landed_columns() }},
        _parent_key as document_key
    from lines
)

select * from canonical
