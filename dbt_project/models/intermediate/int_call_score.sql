{{ config(materialized='ephemeral') }}

with rows_of as (
    {{ tieout.union_feeds('call_score', [
        'call_id', 'rubric', 'criterion', 'score', 'max_score', 'passed', 'scored_by'
    ]) }}
),

newest as (
    {{ tieout.newest('rows_of', entity='call_score') }}
),

keyed as (
    select
        newest._key as call_score_key,
        newest._order as source_order,
        {{ tieout.dim_key(['newest._connection']) }} as source_connection_key,
        newest.call_id || '|' || newest.rubric || '|' || newest.criterion as source_entity_id,
        {{ tieout.optional_key(tieout.owner('call'), 'newest.call_id') }} as call_key,
        newest.rubric,
        newest.criterion,
        newest.score,
        newest.max_score,
        newest.passed as is_passed,
        newest.scored_by,
        newest._row_hash as source_row_hash,
        newest._bound as recorded_ts,
        newest._is_deleted as is_deleted_at_source
    from newest
    {{ tieout.owners() }}
)

select * from keyed
