with source as (
    select * from {{ source('threecx', 'record') }}
),

renamed as (
    select
        -- ids
        call_id,
        row_id,
        site_code,

        -- who called what
        replace(from_no, 'Ext.', '') as src,
        replace(coalesce(dial_no, to_no), 'Ext.', '') as dst,
        from_e164 as src_e164,
        coalesce(dial_e164, to_e164) as dst_e164,
        from_dn as src_extension,
        to_dn as context,
        to_dispname,
        from_type,
        to_type,
        coalesce(final_type, to_type) as final_type,
        coalesce(final_dn, to_dn) as final_extension,
        reason_terminated,

        -- the system's wall clock made UTC; of the hour that autumn repeats, the later pass is taken
        cast(replace(time_start, '/', '-') as timestamp) at time zone timezone as started_at,
        cast(replace(time_answered, '/', '-') as timestamp) at time zone timezone as answered_at,
        cast(replace(time_end, '/', '-') as timestamp) at time zone timezone as ended_at,

        -- landing
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
