{{ config(
    materialized='incremental', incremental_strategy='touched', meta={'touched': 'incoming_ro'}
) }}

-- depends_on: {{ ref('touched_before') }}
with taxes as (
    select
        taxes_of._key as ro_tax_key,
        documents.ro_key,
        documents.site_key,
        {{ tieout.dim_key(['documents._connection']) }} as source_connection_key,
        taxes_of.jurisdiction,
        taxes_of.taxable_base,
        taxes_of.rate,
        taxes_of.tax_amount as tax
    from {{ ref('int_ro_tax') }} as taxes_of
    inner join {{ ref('incoming_ro') }} as documents on taxes_of._version = documents.version
)

select * from taxes
