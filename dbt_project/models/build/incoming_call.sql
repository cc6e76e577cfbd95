{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('int_call') }}
-- depends_on: {{ ref('int_phone_number') }}
-- Calls whose stored row is replaced: newer versions, and calls to a number of which anything changed.
-- A full rebuild replaces all of them and needs no list.
{% if is_incremental() %}
with calls as (
    select call_key as _key, source_order as _order, version
    from {{ ref('int_call') }}
),

newest as (
    {{ tieout.newest('calls') }}
),

keys as (
    select newest._key as call_key, newest.version
    from newest
    left join {{ tieout.stored('core', 'fct_call') }} as stored_call on newest._key = stored_call.call_key
    where stored_call.call_key is null or stored_call.source_order <= newest._order
    union all
    select stored_call.call_key, stored_call.version
    from {{ tieout.stored('core', 'fct_call') }} as stored_call
    where stored_call.to_did in (select number from {{ ref('int_phone_number') }})
    and stored_call.call_key not in (select _key from newest)
)
{% else %}
with keys as (
    select call_key, version
    from {{ ref('int_call') }}
    where false
)
{% endif %}

select * from keys
