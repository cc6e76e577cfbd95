{{ config(materialized='view') }}

with rows_of as (
    {{ tieout.union_feeds('control_total', ['site', 'business_date', 'name', 'value']) }}
),

newest as (
    {{ tieout.newest('rows_of') }}
),

keyed as (
    select
        newest._key as control_total_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.business_date,
        newest.name,
        newest.value,
        newest._is_deleted as is_deleted_at_source
    from newest
    left join {{ ref('int_site_source') }} as sites
        on newest._connection = sites.connection
        and newest.site = sites.source_site_id
        and newest.business_date between sites.valid_from and sites.valid_to
)

select * from keyed
