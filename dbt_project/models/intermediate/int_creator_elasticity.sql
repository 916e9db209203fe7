{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('as_of_date') }}"
) }}

-- ln(mean RPR) against priced sends of the day, least squares. The sums are exact, so the fit does
-- not depend on the order of rows as regr_slope would.
with {{ evidence('creator', where='sends.is_rated and sends.is_priced and sends.creator_id is not null') }},

daily as (
    select
        as_of_date,
        creator_id,
        send_date,
        count(*) as volume,
        {{ exact_sum('money') }} / nullif({{ exact_sum('sent_count') }}, 0) as rpr
    from evidence
    where mature_age < {{ param('elasticity_window_days') }}
    group by as_of_date, creator_id, send_date
),

levels as (
    select as_of_date, creator_id, volume as x, ln({{ exact_sum('rpr') }} / count(*)) as y
    from daily
    group by as_of_date, creator_id, volume
    having count(*) >= {{ param('elasticity_min_days') }} and {{ exact_sum('rpr') }} > 0
),

sums as (
    select
        as_of_date,
        creator_id,
        count(*) as n,
        {{ exact_sum('x') }} as sx,
        {{ exact_sum('y') }} as sy,
        {{ exact_sum('x * x') }} as sxx,
        {{ exact_sum('x * y') }} as sxy,
        {{ exact_sum('y * y') }} as syy
    from levels
    group by as_of_date, creator_id
),

fits as (
    select
        as_of_date,
        creator_id,
        (n * sxy - sx * sy) / (n * sxx - sx * sx) as slope,
        (sy - slope * sx) / n as intercept,
        pow(n * sxy - sx * sy, 2) / nullif((n * sxx - sx * sx) * (n * syy - sy * sy), 0) as r2
    from sums
    where n >= {{ param('elasticity_min_levels') }}
),

judged as (
    select *, coalesce(r2 > {{ param('elasticity_min_r2') }} and slope < 0, false) as is_elasticity_fitted
    from fits
)

select
    as_of_date,
    creator_id,
    is_elasticity_fitted,
    case when is_elasticity_fitted then round(exp(intercept), 9) else {{ param('elasticity_default_r0') }} end as elasticity_r0,
    case when is_elasticity_fitted then round(-slope, 9) else {{ param('elasticity_default_k') }} end as elasticity_k,
    round(r2, 9) as elasticity_r2
from judged
