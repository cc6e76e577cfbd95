with source as (
    select * from {{ source('sql', 'ar_entry') }}
),

renamed as (
    select
        entry_id,
        site,
        customer_id,
        ro_id,
        type,
        amount,
        business_date,
        updated_at,
        deleted,
        {{ tieout.landed_columns() }}
    from source
)

select * from renamed
