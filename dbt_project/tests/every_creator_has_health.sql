{{ config(meta={'dagster': {'ref': {'name': 'creator_health'}}}) }}
-- Each day of the run has one health row for every page, active or not, and 24 hours of each.
select days.as_of_date, creators.creator_id
from {{ as_of_days() }} as days
cross join {{ ref('stg_creators') }} as creators
left join {{ ref('creator_health') }} as health using (as_of_date, creator_id)
left join (
    select as_of_date, creator_id, count(*) as hours
    from {{ ref('hour_performance') }}
    group by as_of_date, creator_id
) as hours using (as_of_date, creator_id)
where health.creator_id is null or hours.hours is distinct from 24
