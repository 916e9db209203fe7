{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('as_of_date') }}"
) }}

-- Newest metric ≤ the day, else the creators file; growth against the score window's first day.
with metrics as (
    select * from {{ ref('stg_page_metrics') }} where fan_count is not null
),

placed as (
    select
        days.as_of_date,
        days.as_of_date - {{ param_int('score_window_days') }} as before_date,
        creators.creator_id,
        creators.current_active_fans
    from {{ as_of_days() }} as days
    cross join {{ ref('stg_creators') }} as creators
)

select
    placed.as_of_date,
    placed.creator_id,
    coalesce(latest.fan_count, placed.current_active_fans) as fan_count,
    latest.renew_on_count,
    latest.expired_count,
    coalesce(latest.fan_count / nullif(earlier.fan_count, 0) - 1, 0) as fan_growth
from placed
asof left join metrics as latest
    on placed.creator_id = latest.creator_id and placed.as_of_date >= latest.metric_date
asof left join metrics as earlier
    on placed.creator_id = earlier.creator_id and placed.before_date >= earlier.metric_date
