with users as (
    select * from {{ ref('stg_shopmonkey__user') }}
),

canonical as (
    select
        user_id as employee_id,
        location_id as site,
        trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) as name,
        -- the stream does not say who writes and who repairs
        'other' as role,
        cast(null as varchar) as extension,
        {{ tieout.money('null') }} as hourly_cost,
        not is_deleted_row as active,
        coalesce(updated_date, changed_at) as updated_at,
        is_deleted_row as deleted,
        {{ tieout.landed_columns() }},
        _key as document_key
    from users
)

select * from canonical
