{{ config(incremental_strategy='replaced') }}

-- The days that a site has: from its first data to the business day on which its company was last pulled.
with incoming_days as (
    select site_key, least(open_business_date, close_business_date) as business_date from {{ ref('incoming_ro') }}
    union all
    select site_key, coalesce(business_date, recorded_business_date) as business_date from {{ ref('int_tender') }}
    union all
    select origin_site_key as site_key, cast(start_ts as date) as business_date from {{ ref('int_call') }}
    {% if is_incremental() %}
    union all
    select site_key, first_date as business_date from {{ this }}
    {% endif %}
),

first_days as (
    select site_key, min(business_date) as first_date
    from incoming_days
    where business_date is not null
    group by site_key
),

spans as (
    select
        {{ tieout.dim_key(['sites.site']) }} as site_key,
        first_days.first_date,
        greatest(sites.horizon_date, first_days.first_date) as last_date
    from {{ source('config', 'site') }} as sites
    inner join first_days on {{ tieout.dim_key(['sites.site']) }} = first_days.site_key
)

select * from spans
