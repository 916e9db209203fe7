{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

with creators as (
    select days.as_of_date, creators.*
    from {{ as_of_days() }} as days
    cross join {{ ref('stg_creators') }} as creators
),

activity as (
    select
        days.as_of_date,
        daily.creator_id,
        cast(sum(daily.rated_count) filter (
            where daily.send_date > days.as_of_date - {{ param_int('confidence_window_days') }}
        ) as bigint) as sends_90d,
        sum(daily.rated_count) filter (where daily.send_date > days.as_of_date - 30) as sends_30d,
        {{ exact_sum('daily.earnings', "daily.send_date > days.as_of_date - " ~ param_int('confidence_window_days')) }}
            as revenue,
        min(daily.send_date) as first_send_date,
        max(daily.send_date) as last_send_date
    from {{ ref('fct_creator_daily') }} as daily
    inner join {{ as_of_days() }} as days on daily.send_date <= days.as_of_date
    where daily.creator_id is not null
    group by days.as_of_date, daily.creator_id
),

newest as (
    select days.as_of_date, max(daily.send_date) as send_date
    from {{ ref('fct_creator_daily') }} as daily
    inner join {{ as_of_days() }} as days on daily.send_date <= days.as_of_date
    group by days.as_of_date
),

views as (
    select
        days.as_of_date,
        sends.creator_id,
        {{ exact_sum('sends.viewed_count') }} / nullif({{ exact_sum('sends.sent_count') }}, 0) as view_rate_30d
    from {{ ref('fct_sends') }} as sends
    inner join {{ as_of_days() }} as days
        on
            sends.sent_local < {{ maturity_limit('days.as_of_date') }}
            and sends.send_date
            > cast({{ maturity_limit('days.as_of_date') }} - interval 1 second as date)
            - {{ param_int('horizon_long') }}
    where sends.is_rated and sends.creator_id is not null
    group by days.as_of_date, sends.creator_id
),

pool_weekdays as (
    select {{ weekday_json('factor') }} as weekday_factors from {{ ref('weekday_defaults') }}
),

joined as (
    select
        creators.as_of_date,
        creators.creator_id,
        creators.page_name,
        creators.page_type,
        fans.fan_count,
        fans.renew_on_count,
        fans.expired_count,
        fans.fan_growth,
        coalesce(activity.sends_90d, 0) as sends_90d,
        activity.first_send_date,
        activity.last_send_date,
        date_diff('day', newest.send_date, creators.as_of_date) as data_age_days,
        coalesce(activity.sends_30d, 0) < {{ param('new_min_sends_30d') }}
        or activity.first_send_date > creators.as_of_date - {{ param_int('new_first_send_days') }} as is_new,
        ntile(5) over (
            partition by creators.as_of_date order by coalesce(activity.revenue, 0) desc, creators.creator_id
        ) as creator_tier,
        horizons.* exclude (as_of_date, creator_id),
        views.view_rate_30d,
        means.mean_log_rps,
        means.mean_rps,
        means.mean_view_rate,
        means.mean_conversion,
        coalesce(elasticity.elasticity_r0, {{ param('elasticity_default_r0') }}) as elasticity_r0,
        coalesce(elasticity.elasticity_k, {{ param('elasticity_default_k') }}) as elasticity_k,
        elasticity.elasticity_r2,
        coalesce(elasticity.is_elasticity_fitted, false) as is_elasticity_fitted,
        weekdays.weekday_factors,
        pool_weekdays.weekday_factors as pool_weekday_factors
    from creators
    cross join pool_weekdays
    left join {{ ref('int_creator_fans') }} as fans using (as_of_date, creator_id)
    left join activity using (as_of_date, creator_id)
    left join newest using (as_of_date)
    left join views using (as_of_date, creator_id)
    left join {{ ref('int_creator_horizons') }} as horizons using (as_of_date, creator_id)
    left join {{ ref('int_sender_means') }} as means using (as_of_date, creator_id)
    left join {{ ref('int_creator_elasticity') }} as elasticity using (as_of_date, creator_id)
    left join {{ ref('int_creator_weekdays') }} as weekdays using (as_of_date, creator_id)
)

select
    joined.as_of_date,
    joined.creator_id,
    joined.page_name,
    joined.page_type,
    joined.fan_count,
    joined.renew_on_count,
    joined.expired_count,
    joined.fan_growth,
    tiers.volume_tier,
    joined.creator_tier,
    joined.sends_90d,
    steps.confidence,
    joined.first_send_date,
    joined.last_send_date,
    joined.data_age_days,
    joined.is_new,
    joined.saturation_7d,
    joined.saturation_14d,
    joined.saturation_30d,
    joined.opportunity_7d,
    joined.opportunity_14d,
    joined.opportunity_30d,
    coalesce(joined.priced_sends_7d, 0) as priced_sends_7d,
    coalesce(joined.priced_sends_14d, 0) as priced_sends_14d,
    coalesce(joined.priced_sends_30d, 0) as priced_sends_30d,
    joined.rps_7d,
    joined.rps_14d,
    joined.rps_30d,
    joined.conversion_30d,
    joined.view_rate_30d,
    joined.earnings_trend,
    joined.view_rate_trend,
    joined.conversion_trend,
    joined.volatility,
    joined.mean_log_rps,
    joined.mean_rps,
    joined.mean_view_rate,
    joined.mean_conversion,
    joined.elasticity_r0,
    joined.elasticity_k,
    joined.elasticity_r2,
    joined.is_elasticity_fitted,
    case
        when joined.is_new then joined.pool_weekday_factors
        else coalesce(joined.weekday_factors, joined.pool_weekday_factors)
    end as weekday_factors,
    case
        when joined.horizons_present = 3 and joined.priced_sends_30d >= {{ param('quality_some_sends') }}
            then 'excellent'
        when joined.horizons_present >= 2 and joined.priced_sends_30d >= {{ param('quality_few_sends') }} then 'good'
        when joined.horizons_present >= 1 and joined.priced_sends_30d >= {{ param('score_min_sends') }} then 'limited'
        else 'insufficient'
    end as data_quality
from joined
asof left join {{ ref('volume_tiers') }} as tiers on joined.fan_count >= tiers.min_fans
asof left join {{ ref('confidence_steps') }} as steps on joined.sends_90d >= steps.from_sends
