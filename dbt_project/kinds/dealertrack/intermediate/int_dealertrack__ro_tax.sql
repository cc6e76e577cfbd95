-- The document splits tax by who pays, not by jurisdiction, and states no base and no rate.
with lines as (
    select * from {{ ref('int_dealertrack__ro_line') }}
    where line_type = 'tax'
),

taxes as (
    select
        ro_id,
        pay_type as jurisdiction,
        cast(null as decimal(14, 2)) as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        net_amount as tax_amount,
        {{ tieout.landed_columns() }},
        document_key
    from lines
)

select * from taxes
