{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

with {{ evidence('hour', ['sent_hour'], 'sends.is_priced and sends.creator_id is not null') }},

rates as (
    select as_of_date, creator_id, sent_hour, {{ evidence_columns() }}
    from evidence
    group by as_of_date, creator_id, sent_hour
),

hours as (
    select days.as_of_date, creators.creator_id, curve.hour as sent_hour, curve.factor as pool_factor
    from {{ as_of_days() }} as days
    cross join {{ ref('stg_creators') }} as creators
    cross join {{ ref('hour_curve') }} as curve
),

joined as (
    select
        hours.as_of_date,
        hours.creator_id,
        hours.sent_hour,
        hours.pool_factor,
        {{ evidence_or_none('rates') }},
        means.mean_log_rps,
        coalesce(sum(rates.send_count) over (partition by hours.as_of_date, hours.creator_id), 0)
            >= {{ param('hour_min_sends') }} and means.mean_log_rps > 0 as is_learned
    from hours
    left join rates using (as_of_date, creator_id, sent_hour)
    left join {{ ref('int_sender_means') }} as means using (as_of_date, creator_id)
)

select
    as_of_date,
    creator_id,
    sent_hour,
    send_count,
    n_eff,
    rps,
    log_rps,
    sent_weighted,
    viewed_weighted,
    purchased_weighted,
    case
        when is_learned
            then
                round({{ dollars(shrunk('log_rps', 'ln(1 + ' ~ dollars('mean_log_rps') ~ ' * pool_factor)')) }}
                / {{ dollars('mean_log_rps') }}, 9)
        else pool_factor
    end as hour_factor
from joined
