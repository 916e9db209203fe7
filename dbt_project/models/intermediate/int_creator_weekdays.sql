{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('as_of_date') }}"
) }}

-- Weekday factors: mean daily revenue of the weekday against all days, damped by the number of its
-- sends, clamped, scaled to mean 1. Days with too few sends take the default.
with {{ evidence('weekday', where='sends.creator_id is not null') }},

daily as (
    select
        as_of_date,
        creator_id,
        send_date,
        extract(isodow from send_date) - 1 as weekday,
        count(*) as sends,
        {{ exact_sum('money') }} as revenue
    from evidence
    where mature_age < {{ param('weekday_window_days') }}
    group by as_of_date, creator_id, send_date
),

totals as (
    select as_of_date, creator_id, sum(sends) as sends, {{ exact_sum('revenue') }} / count(*) as mean_revenue
    from daily
    group by as_of_date, creator_id
),

weekdays as (
    select as_of_date, creator_id, weekday, sum(sends) as sends, {{ exact_sum('revenue') }} / count(*) as mean_revenue
    from daily
    group by as_of_date, creator_id, weekday
),

factors as (
    select
        totals.as_of_date,
        totals.creator_id,
        defaults.weekday,
        case
            when
                totals.sends >= {{ param('weekday_min_sends') }}
                and weekdays.sends >= {{ param('weekday_min_day_sends') }}
                and totals.mean_revenue > 0
                then least({{ param('weekday_high') }}, greatest({{ param('weekday_low') }},
                    1 + (weekdays.mean_revenue / totals.mean_revenue - 1) * least(1,
                        ln(weekdays.sends / {{ param('weekday_min_day_sends') }} + 1)
                        / ln({{ param('weekday_full_ratio') }} + 1)
                    )
                ))
            else defaults.factor
        end as factor
    from totals
    cross join {{ ref('weekday_defaults') }} as defaults
    left join weekdays
        on
            totals.as_of_date = weekdays.as_of_date
            and totals.creator_id = weekdays.creator_id
            and defaults.weekday = weekdays.weekday
)

select
    as_of_date,
    creator_id,
    {{ weekday_json('factor') }} as weekday_factors
from factors
group by as_of_date, creator_id
