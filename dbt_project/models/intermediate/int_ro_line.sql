{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('ro_line', [
        'ro_id', 'line_id', 'line_type', 'job_id', 'description', 'category', 'department', 'op_code', 'part_number',
        'brand', 'supplier_id', 'quantity', 'unit_price', 'gross_amount', 'discount_amount', 'net_amount',
        'cost_amount', 'core_charge', 'taxable', 'tax_code', 'pay_type', 'hours_billed', 'hours_actual',
        'technician_ids', 'is_return', 'is_freight', 'is_warranty_refund'
    ]) }}
)

select * from rows_of
