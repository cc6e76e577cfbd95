{{ config(incremental_strategy='replaced') }}

-- depends_on: {{ ref('int_call') }}
-- depends_on: {{ ref('int_phone_number') }}
-- depends_on: {{ ref('int_site_hours') }}
-- Calls whose stored row is replaced: newer versions, calls to a number of which anything
-- changed, and calls that came in by the hours of a shop that has changed them.
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
    where (
        stored_call.to_did in (select number from {{ ref('int_phone_number') }})
        or (
            stored_call.entry_point_basis is distinct from 'source'
            and stored_call.direction = 'in'
            and stored_call.site_key in (select site_key from {{ ref('int_site_hours') }})
        )
    )
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
