{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('ro_tax', [
        'ro_id', 'jurisdiction', 'taxable_base', 'rate', 'tax_amount'
    ]) }}
)

select * from rows_of
