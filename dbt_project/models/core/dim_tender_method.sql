{{ config(materialized='incremental', incremental_strategy='differing') }}

with methods as (
    select *
    from (
        values
        ('cash', true), ('check', true), ('card', true), ('ach', true), ('financing', true), ('ar', false),
        ('store_credit', false), ('other', true)
    ) as listed (method, is_money)
),

keyed as (
    select {{ tieout.dim_key(['method']) }} as tender_method_key, method, is_money
    from methods
)

select * from keyed
