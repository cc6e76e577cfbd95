with requests as (
    select * from {{ ref('stg_pbs__request') }}
),

techs as (
    -- several technicians have no one among them
    select _version, job_id, case when min(tech) = max(tech) then max(tech) end as technician_id
    from {{ ref('stg_pbs__labour') }}
    group by _version, job_id
),

canonical as (
    select
        requests.ro_id,
        requests.job_id,
        requests.description as title,
        cast(null as varchar) as category,
        cast(null as timestamptz) as presented_at,
        case requests.request_state
            when 'done' then 'sold' when 'pending' then 'open' when 'deferred' then 'deferred' else 'declined'
        end as decision,
        cast(null as timestamptz) as decided_at,
        {{ tieout.money('requests.parts') }} as presented_parts,
        {{ tieout.money('requests.labour') }} as presented_labor,
        {{ tieout.money('requests.sublet_tow') }} as presented_sublet,
        {{ tieout.money(
            "case when requests.request_state = 'done'"
            ~ " then requests.labour + requests.parts + requests.sublet_tow else 0 end"
        ) }} as sold_amount,
        cast(null as varchar) as advisor_id,
        techs.technician_id,
        cast(null as varchar) as declined_reason,
        cast(null as date) as deferred_until,
        {{ tieout.landed_columns('requests') }},
        requests._parent_key as document_key
    from requests
    left join techs
        on requests._version = techs._version
        and requests.job_id = techs.job_id
)

select * from canonical
