{{ config(materialized='incremental', incremental_strategy='differing') }}

with connections as (
    select
        {{ tieout.dim_key(['connection']) }} as source_connection_key,
        connection,
        source_kind,
        kind,
        vendor,
        formula_family,
        ro_number_policy,
        void_keeps_header,
        reopen_keeps_payments,
        enforces_zero_balance,
        derives_charges
    from {{ source('config', 'connection') }}
)

select * from connections
