{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('as_of_date') }}"
) }}

-- Saturation and opportunity of each horizon: its mature days against as many days before. Priced sends that
-- reached counted recipients only, since rates and RPS of a window must be of the same sends.
with {{ evidence('creator', where='sends.is_rated and sends.is_priced and sends.creator_id is not null') }},

horizons as (
    select unnest([
        {{ param_int('horizon_short') }}, {{ param_int('horizon_middle') }}, {{ param_int('horizon_long') }}
    ]) as horizon
),

sums as (
    select
        evidence.as_of_date,
        evidence.creator_id,
        horizons.horizon,
        {% for name, filter in [('now', 'mature_age < horizon'), ('before', 'mature_age >= horizon')] -%}
        count(*) filter (where {{ filter }}) as sends_{{ name }},
        {{ exact_sum('money', filter) }} as money_{{ name }},
        {{ exact_sum('money * money', filter) }} as squares_{{ name }},
        {{ exact_sum('sent_count', filter) }} as sent_{{ name }},
        {{ exact_sum('viewed_count', filter) }} as viewed_{{ name }},
        {{ exact_sum('purchased_count', filter) }} as purchased_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from evidence
    inner join horizons on evidence.mature_age < 2 * horizons.horizon
    group by evidence.as_of_date, evidence.creator_id, horizons.horizon
),

rates as (
    select
        as_of_date,
        creator_id,
        horizon,
        sends_now,
        money_now / nullif(sends_now, 0) as rps,
        money_now / nullif(money_before, 0) - 1 as earnings_trend,
        (money_now / nullif(sends_now, 0)) / nullif(money_before / nullif(sends_before, 0), 0) as rps_ratio,
        (viewed_now / nullif(sent_now, 0)) / nullif(viewed_before / nullif(sent_before, 0), 0) as view_ratio,
        purchased_now / nullif(sent_now, 0) as purchase_rate,
        (purchased_now / nullif(sent_now, 0)) / nullif(purchased_before / nullif(sent_before, 0), 0) as purchase_ratio,
        purchased_now / nullif(viewed_now, 0) as conversion,
        (purchased_now / nullif(viewed_now, 0)) / nullif(purchased_before / nullif(viewed_before, 0), 0)
            as conversion_ratio,
        sqrt(greatest(squares_now / nullif(sends_now, 0) - pow(money_now / nullif(sends_now, 0), 2), 0))
        / nullif(money_now / nullif(sends_now, 0), 0) as volatility,
        sends_now >= {{ param('score_min_sends') }} and sends_before >= {{ param('score_min_sends') }} as is_present
    from sums
),

scores as (
    select
        rates.*,
        case when rates.is_present then least(100, greatest(0,
            {{ param('score_start') }}
            + {{ points('rates.rps_ratio < 1 - ' ~ param('saturation_rps_fall'), 'saturation_rps_points') }}
            + {{ points('rates.view_ratio < 1 - ' ~ param('saturation_view_fall'), 'saturation_view_points') }}
            + {{ points('rates.purchase_ratio < 1 - ' ~ param('saturation_purchase_fall'), 'saturation_purchase_points') }}
            + {{ points('rates.volatility > ' ~ param('saturation_volatility'), 'saturation_volatility_points') }}
        )) end as saturation,
        case when rates.is_present then least(100, greatest(0,
            {{ param('score_start') }}
            + {{ points('rates.rps_ratio > ' ~ param('opportunity_rps_ratio'), 'opportunity_rps_points') }}
            + {{ points('rates.view_ratio > 1 + ' ~ param('opportunity_view_rise'), 'opportunity_view_points') }}
            + {{ points('rates.purchase_rate > ' ~ param('opportunity_purchase_rate'), 'opportunity_purchase_points') }}
            + {{ points('fans.fan_growth > ' ~ param('opportunity_fan_growth'), 'opportunity_fan_points') }}
        )) end as opportunity
    from rates
    left join {{ ref('int_creator_fans') }} as fans
        on rates.as_of_date = fans.as_of_date and rates.creator_id = fans.creator_id
)

select
    as_of_date,
    creator_id,
    {% for days, name in [('7d', 'horizon_short'), ('14d', 'horizon_middle'), ('30d', 'horizon_long')] -%}
    max(saturation) filter (where horizon = {{ param_int(name) }}) as saturation_{{ days }},
    max(opportunity) filter (where horizon = {{ param_int(name) }}) as opportunity_{{ days }},
    coalesce(max(sends_now) filter (where horizon = {{ param_int(name) }}), 0) as priced_sends_{{ days }},
    max(rps) filter (where horizon = {{ param_int(name) }}) as rps_{{ days }},
    {% endfor -%}
    count(*) filter (where is_present) as horizons_present,
    max(conversion) filter (where horizon = {{ param_int('horizon_long') }}) as conversion_30d,
    max(earnings_trend) filter (where horizon = {{ param_int('horizon_middle') }}) as earnings_trend,
    max(view_ratio - 1) filter (where horizon = {{ param_int('horizon_middle') }}) as view_rate_trend,
    max(conversion_ratio - 1) filter (where horizon = {{ param_int('horizon_middle') }}) as conversion_trend,
    max(volatility) filter (where horizon = {{ param_int('horizon_middle') }}) as volatility
from scores
group by as_of_date, creator_id
