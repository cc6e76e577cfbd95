{{ config(materialized='view') }}

-- Extensions of a shop's telephones as the sources list them. One without dates is valid always.
with rows_of as (
    {{ tieout.union_feeds('extension', [
        'site', 'extension', 'employee_id', 'is_group', 'valid_from', 'valid_to'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of') }}
),

horizon as (
    select max(horizon_date) as last_date from {{ source('config', 'site') }}
),

keyed as (
    select
        {{ tieout.dim_key(['newest._connection', 'newest.site', 'newest.extension']) }} as extension_key,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        newest.extension,
        {{ tieout.ref_key('newest._connection', 'newest.employee_id') }} as employee_key,
        coalesce(newest.is_group, false) as is_group,
        coalesce(newest.valid_from, date '1900-01-01') as valid_from,
        coalesce(newest.valid_to, date '9999-12-31') as valid_to,
        newest._is_deleted as is_deleted_at_source
    from newest
    left join {{ ref('int_site_source') }} as sites
        on newest._connection = sites.connection and newest.site = sites.source_site_id
    cross join horizon
    where sites.site_key is null or horizon.last_date between sites.valid_from and sites.valid_to
)

select * from keyed
