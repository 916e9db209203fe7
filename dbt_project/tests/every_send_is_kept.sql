{{ config(meta={'dagster': {'ref': {'name': 'fct_sends'}}}) }}
-- Row conservation: each raw send and wall post of the run's days has exactly one fact.
with expected as (
    select send_key, creator_id, sent_at from {{ ref('stg_sends') }} where {{ near_window('sent_at') }}
    union all
    select send_key, creator_id, sent_at from {{ ref('stg_wall_posts') }} where {{ near_window('sent_at') }}
),

dated as (
    select
        expected.send_key,
        cast(timezone(
            coalesce(creators.timezone, {{ agency_timezone() }}), expected.sent_at at time zone 'UTC'
        ) as date) as send_date
    from expected
    left join {{ ref('stg_creators') }} as creators using (creator_id)
)

select coalesce(dated.send_key, facts.send_key) as send_key
from (select * from dated where {{ in_window('send_date') }}) as dated
full outer join (select * from {{ ref('fct_sends') }} where {{ in_window('send_date') }}) as facts
    on dated.send_key = facts.send_key
where dated.send_key is null or facts.send_key is null
