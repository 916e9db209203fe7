{# Query of send_type_performance and content_type_performance: `kind` names the decay, `key` the column.

   A group is earning when it is judged by money: a send type with a price or goal, a content type that was
   ever sold in the window. It is scored by RPS against the creator's mean, any other by view rate.
   Content types that were sold take only their priced sends as evidence, so that bumps with the same content
   do not water them down. Wall posts count where money is the measure; view rate, conversion and the sends that
   shrink them (`n_rated`) are those of sends with recipients.

   Prior of a group: the creator's own level × the lift the pool shows for the key, so that pages of
   different size can share it. #}
{% macro type_performance(kind, key) -%}
with {{ evidence(kind, [key], 'sends.' ~ key ~ ' is not null') }},

marked as (
    {% if kind == 'send_type' -%}
    select evidence.*, types.money != 'none' as is_earning, true as is_chosen
    from evidence
    inner join {{ ref('send_types') }} as types using (send_type_key)
    {%- else -%}
    select
        *,
        bool_or(is_priced) over (partition by as_of_date, sender_key, {{ key }}) as is_earning,
        is_priced or not is_earning as is_chosen
    from evidence
    {%- endif %}
),

chosen as (
    select
        marked.*,
        means.mean_log_rps,
        means.mean_conversion,
        case when marked.is_priced then means.mean_priced_view_rate else means.mean_view_rate end as usual_view_rate
    from marked
    left join {{ ref('int_sender_means') }} as means using (as_of_date, sender_key)
    where marked.is_chosen
),

pool as (
    select
        as_of_date,
        {{ key }},
        is_earning,
        {{ exact_sum('weight * (log_money - mean_log_rps)', 'mean_log_rps is not null') }}
        / nullif({{ exact_sum('weight', 'mean_log_rps is not null') }}, 0) as lift_log,
        {{ exact_sum('weight * viewed_count', 'usual_view_rate is not null') }}
        / nullif({{ exact_sum('weight * sent_count * usual_view_rate') }}, 0) as view_lift,
        {{ exact_sum('weight * purchased_count', 'is_priced and mean_conversion is not null') }}
        / nullif({{ exact_sum('weight * viewed_count * mean_conversion', 'is_priced') }}, 0) as conversion_lift
    from chosen
    group by as_of_date, {{ key }}, is_earning
),

rates as (
    select
        as_of_date,
        creator_id,
        {{ key }},
        bool_or(is_earning) as is_earning,
        any_value(mean_log_rps) as mean_log_rps,
        any_value(mean_conversion) as mean_conversion,
        {{ evidence_columns() }},
        count(*) filter (where is_rated or is_earning) as judged_count,
        {{ exact_sum('weight', 'is_rated') }} as n_rated,
        {{ exact_sum('weight * sent_count * usual_view_rate') }}
        / nullif({{ exact_sum('weight * sent_count', 'usual_view_rate is not null') }}, 0) as usual_view_rate,
        {{ exact_sum('money', 'mature_age < 30') }} / nullif(count(*) filter (where mature_age < 30), 0) as rps_30d,
        {{ exact_sum('purchased_count', 'mature_age < 30 and is_priced') }}
        / nullif({{ exact_sum('viewed_count', 'mature_age < 30 and is_priced') }}, 0) as conversion_30d,
        {{ exact_sum('money', 'mature_age < 7') }} / nullif(count(*) filter (where mature_age < 7), 0) as rps_last_week,
        {{ exact_sum('money', 'mature_age between 7 and 13') }}
        / nullif(count(*) filter (where mature_age between 7 and 13), 0) as rps_previous_week,
        {{ exact_sum('viewed_count', 'mature_age < 7') }} / nullif({{ exact_sum('sent_count', 'mature_age < 7') }}, 0)
            as view_rate_7d,
        {{ exact_sum('viewed_count', 'mature_age between 7 and 13') }}
        / nullif({{ exact_sum('sent_count', 'mature_age between 7 and 13') }}, 0) as view_rate_previous_7d
    from chosen
    where creator_id is not null
    group by as_of_date, creator_id, {{ key }}
),

daily as (
    select
        as_of_date,
        creator_id,
        {{ key }},
        send_date,
        {{ exact_sum('viewed_count') }} / {{ exact_sum('sent_count') }} as view_rate
    from chosen
    where creator_id is not null and is_rated and mature_age < 30
    group by as_of_date, creator_id, {{ key }}, send_date
),

steps as (
    select
        *,
        coalesce(
            view_rate < lag(view_rate) over (partition by as_of_date, creator_id, {{ key }} order by send_date), false
        ) as is_fall
    from daily
),

falls as (
    select
        as_of_date,
        creator_id,
        {{ key }},
        count(*) filter (where send_date > last_other) as falling_days
    from (
        select
            *,
            max(send_date) filter (where not is_fall) over (partition by as_of_date, creator_id, {{ key }})
                as last_other
        from steps
    )
    group by as_of_date, creator_id, {{ key }}
),

uses as (
    select
        days.as_of_date,
        sends.creator_id,
        sends.{{ key }},
        count(*) filter (where sends.send_date > days.as_of_date - 30) as uses_30d
    from {{ ref('fct_sends') }} as sends
    inner join {{ as_of_days() }} as days
        on
            sends.send_date <= days.as_of_date
            and sends.send_date > days.as_of_date - {{ param_int(kind ~ '_window') }}
    where sends.creator_id is not null and sends.{{ key }} is not null
    group by days.as_of_date, sends.creator_id, sends.{{ key }}
),

shrunk as (
    select
        uses.as_of_date,
        uses.creator_id,
        uses.{{ key }},
        {{ evidence_or_none('rates') }},
        coalesce(rates.judged_count, 0) as judged_count,
        uses.uses_30d,
        rates.rps_30d,
        rates.conversion_30d,
        rates.rps_last_week,
        rates.rps_previous_week,
        rates.view_rate_7d,
        rates.view_rate_previous_7d,
        coalesce(falls.falling_days, 0) as falling_days,
        rates.is_earning,
        rates.mean_log_rps,
        rates.usual_view_rate,
        {{ shrunk('rates.log_rps', not_below_zero('rates.mean_log_rps + pool.lift_log'), 'rates.n_eff') }}
            as shrunk_log_rps,
        {{ shrunk(
            'rates.viewed_weighted / nullif(rates.sent_weighted, 0)', 'rates.usual_view_rate * pool.view_lift',
            'rates.n_rated'
        ) }} as shrunk_view_rate,
        {{ shrunk(
            'rates.purchased_weighted / nullif(rates.viewed_weighted, 0)',
            'rates.mean_conversion * pool.conversion_lift', 'rates.n_rated'
        ) }} as shrunk_conversion
    from uses
    left join rates using (as_of_date, creator_id, {{ key }})
    left join pool
        on
            uses.as_of_date = pool.as_of_date
            and uses.{{ key }} = pool.{{ key }}
            and rates.is_earning = pool.is_earning
    left join falls
        on
            uses.as_of_date = falls.as_of_date
            and uses.creator_id = falls.creator_id
            and uses.{{ key }} = falls.{{ key }}
),

scored as (
    select
        *,
        case
            when is_earning and mean_log_rps > 0 then {{ dollars('shrunk_log_rps') }} / {{ dollars('mean_log_rps') }}
            when not is_earning and usual_view_rate > 0 then shrunk_view_rate / usual_view_rate
        end as ratio,
        coalesce(100 * ratio / (1 + ratio), {{ param('neutral_score') }}) as performance_score
    from shrunk
)

select
    scored.as_of_date,
    scored.creator_id,
    scored.{{ key }},
    scored.send_count,
    scored.n_eff,
    scored.rps,
    scored.log_rps,
    scored.sent_weighted,
    scored.viewed_weighted,
    scored.purchased_weighted,
    scored.uses_30d,
    scored.rps_30d,
    scored.conversion_30d,
    scored.rps_last_week,
    scored.rps_previous_week,
    scored.view_rate_7d,
    scored.view_rate_previous_7d,
    scored.falling_days,
    scored.shrunk_log_rps,
    scored.shrunk_view_rate,
    scored.shrunk_conversion,
    scored.performance_score,
    {{ performance_tier('scored.performance_score', 'scored.judged_count', 'coalesce(health.confidence, 0)') }}
        as performance_tier
from scored
left join {{ ref('creator_health') }} as health using (as_of_date, creator_id)
{%- endmacro %}

{# Tier of a performance score. #}
{% macro performance_tier(score, sends, confidence) -%}
    case
        when {{ sends }} = 0 then 'MID'
        when {{ score }} >= {{ param('tier_top') }} and {{ sends }} >= {{ param('top_min_sends') }} then 'TOP'
        when {{ score }} >= {{ param('tier_mid') }} then 'MID'
        when {{ score }} >= {{ param('tier_low') }} then 'LOW'
        when
            {{ sends }} >= {{ param('avoid_min_sends') }}
            and {{ confidence }} >= {{ param('avoid_min_confidence') }} then 'AVOID'
        else 'LOW'
    end
{%- endmacro %}
