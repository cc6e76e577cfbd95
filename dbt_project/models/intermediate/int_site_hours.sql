{{ config(materialized='view') }}

-- Opening hours as a source states them, by weekday or by date.
with rows_of as (
    {{ tieout.union_feeds('site_hours', [
        'site', 'weekday', 'date', 'opens', 'closes', 'is_holiday', 'workday_weight'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of') }}
),

keyed as (
    select
        newest._key as site_hours_key,
        newest._order as source_order,
        sites.site_key,
        newest.weekday,
        newest.date as business_date,
        newest.opens,
        newest.closes,
        coalesce(newest.is_holiday, false) as is_holiday,
        newest.workday_weight,
        newest._is_deleted as is_deleted_at_source
    from newest
    inner join {{ ref('int_site_source') }} as sites
        on newest._connection = sites.connection and newest.site = sites.source_site_id
)

select * from keyed
