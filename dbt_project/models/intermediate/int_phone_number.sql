{{ config(materialized='view') }}

-- Company numbers as the sources list them. A number without dates is valid always; it belongs to one site at a time.
with rows_of as (
    {{ tieout.union_feeds('phone_number', [
        'number', 'site', 'description', 'campaign_id', 'is_tracking', 'valid_from', 'valid_to'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of') }}
),

-- the company's newest pull, and not today: the same landing builds the same rows on any day
horizon as (
    select max(horizon_date) as last_date from {{ source('config', 'site') }}
),

arrived as (
    select
        newest.number,
        newest._order as source_order,
        coalesce(sites.site_key, -1) as site_key,
        newest.description,
        newest.campaign_id,
        coalesce(newest.is_tracking, false) as is_tracking,
        coalesce(newest.valid_from, date '1900-01-01') as valid_from,
        coalesce(newest.valid_to, date '9999-12-31') as valid_to,
        newest._key as source_key,
        newest._is_deleted as is_deleted_at_source
    from newest
    left join {{ ref('int_site_source') }} as sites
        on newest._connection = sites.connection and newest.site = sites.source_site_id
    cross join horizon
    where sites.site_key is null or horizon.last_date between sites.valid_from and sites.valid_to
)

select {{ tieout.dim_key(['number', 'valid_from']) }} as phone_number_key, * from arrived
