with taxes as (
    select
        *,
        -- a total beside its parts repeats them
        coalesce(tax_type_code, 'Total') = 'Total'
        and count(*) over (partition by _version) > 1 as is_repeated
    from {{ ref('stg_star__tax') }}
),

canonical as (
    select
        ro_id,
        coalesce(tax_type_code, 'Total') as jurisdiction,
        {{ tieout.money('null') }} as taxable_base,
        cast(null as decimal(9, 6)) as rate,
        tax_amount,
        {{ tieout.landed_columns(keys={'_parent_key': tieout.source_key(['_connection', 'ro_id'])}) }},
        _parent_key as document_key
    from taxes
    where not is_repeated
)

select * from canonical
