{{ config(
    materialized='incremental', incremental_strategy='newer', meta={'key': 'source_key'}
) }}

-- depends_on: {{ ref('incoming_call') }}
with arrived as (
    select
        phone_number_key,
        source_key,
        number,
        source_order,
        site_key,
        description,
        campaign_id,
        is_tracking,
        valid_from,
        valid_to,
        is_deleted_at_source
    from {{ ref('int_phone_number') }}
)

select * from arrived
