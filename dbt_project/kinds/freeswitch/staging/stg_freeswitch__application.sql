with source as (
    select * from {{ source('freeswitch', 'application') }}
),

renamed as (
    select
        call_id,
        row_id,
        uuid as leg_id,
        nth,
        context,
        exten,
        lower(app_name) as application,
        app_data as application_data,
        cast("at" as timestamp) at time zone 'UTC' as started_at,
        cast(bridged_at as timestamp) at time zone 'UTC' as bridged_at,
        cast(ended_at as timestamp) at time zone 'UTC' as ended_at,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
