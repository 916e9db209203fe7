{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

with {{ evidence('caption', ['caption_hash'], 'sends.caption_hash is not null') }},

uses as (
    select
        days.as_of_date,
        daily.caption_hash,
        max(daily.send_date) as last_used_date,
        {{ count_sum('daily.send_count', 'daily.send_date > days.as_of_date - 30') }} as uses_30d,
        count(distinct daily.sender_key) as creator_count
    from {{ ref('fct_caption_daily') }} as daily
    inner join {{ as_of_days() }} as days
        on
            daily.send_date <= days.as_of_date
            and daily.send_date > days.as_of_date - {{ param_int('caption_window') }}
    group by days.as_of_date, daily.caption_hash
),

levelled as (
    select
        evidence.*,
        means.mean_log_rps,
        case when evidence.is_priced then means.mean_priced_view_rate else means.mean_view_rate end as usual_view_rate
    from evidence
    left join {{ ref('int_sender_means') }} as means using (as_of_date, sender_key)
    where evidence.is_judged
),

rates as (
    select
        as_of_date,
        caption_hash,
        count(*) filter (where is_priced) as priced_count,
        {{ evidence_columns() }},
        {{ exact_sum('weight * (log_money - mean_log_rps)', 'is_priced and mean_log_rps is not null') }}
        / nullif({{ exact_sum('weight', 'is_priced and mean_log_rps is not null') }}, 0) as lift_log,
        {{ exact_sum('weight * viewed_count', 'usual_view_rate is not null') }}
        / nullif({{ exact_sum('weight * sent_count * usual_view_rate', 'usual_view_rate is not null') }}, 0)
            as view_lift
    from levelled
    group by as_of_date, caption_hash
)

select
    uses.as_of_date,
    uses.caption_hash,
    coalesce(rates.priced_count, 0) as priced_count,
    {{ evidence_or_none('rates') }},
    rates.lift_log,
    rates.view_lift,
    uses.last_used_date,
    uses.uses_30d,
    uses.creator_count
from uses
left join rates using (as_of_date, caption_hash)
