{#- Line types that take money off (or on, package_add) a whole repair order; they are allocated over its part, labor
    and sublet lines. -#}
{% macro ro_discount_types() -%}
    'discount', 'coupon', 'package_discount', 'package_add'
{%- endmacro %}

{#- Columns of a header that come from the source as they are. -#}
{% macro ro_header_columns() -%}
    {{ return([
        'ro_key', 'version', 'source_order', 'source_row_hash', 'is_deleted_at_source', 'site_key',
        'source_connection_key', 'source_entity_id', 'ro_number', 'status', 'open_ts', 'open_business_date', 'close_ts',
        'close_business_date', 'close_recorded_date', 'date_precision', 'void_business_date', 'customer_key', 'vehicle_key', 'advisor_key',
        'open_advisor_key', 'pay_types', 'dvi_status', 'odometer_in', 'profit_center', 'is_tax_exempt', 'void_reason',
        'refund_of_ro_key', 'quote_amount', 'header_parts', 'header_labor', 'header_sublet', 'header_supplies',
        'header_fees', 'header_upcharge', 'header_discount', 'header_other', 'header_tax', 'header_total',
        'recorded_ts', 'updated_by'
    ]) }}
{%- endmacro %}

{#- A nullable source id as a dimension key; -1 is Unassigned. -#}
{% macro ref_key(connection, id) -%}
    case when {{ id }} is null then cast(-1 as bigint) else {{ tieout.dim_key([connection, id]) }} end
{%- endmacro %}

{#- What makes a refused row evidence of a break. -#}
{% macro refusal_columns() -%}
    connection, table_name, key, rule, column_name, site_key, business_date, amount
{%- endmacro %}

{#- Reasons are typed: their case and the blanks around them mean nothing. -1 is none told. -#}
{% macro void_reason_key(reason) -%}
    case when {{ reason }} is null then cast(-1 as bigint) else {{ tieout.dim_key(['lower(trim(' ~ reason ~ '))']) }} end
{%- endmacro %}
