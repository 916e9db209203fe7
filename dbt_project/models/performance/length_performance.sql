{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

with {{ evidence('length', ['length_bucket'], 'sends.is_priced and sends.length_bucket is not null') }},

-- the sender's own level over the same, longer window
levels as (
    select
        as_of_date,
        sender_key,
        {{ exact_sum('weight * log_money') }} / {{ exact_sum('weight') }} as mean_log
    from evidence
    group by as_of_date, sender_key
),

pool as (
    select
        evidence.as_of_date,
        evidence.length_bucket,
        {{ exact_sum('weight * (log_money - mean_log)') }} / {{ exact_sum('weight') }} as lift_log
    from evidence
    inner join levels using (as_of_date, sender_key)
    group by evidence.as_of_date, evidence.length_bucket
),

rates as (
    select as_of_date, sender_key, any_value(creator_id) as creator_id, length_bucket, {{ evidence_columns() }}
    from evidence
    where creator_id is not null
    group by as_of_date, sender_key, length_bucket
)

select
    rates.as_of_date,
    rates.creator_id,
    rates.length_bucket,
    rates.send_count,
    rates.n_eff,
    rates.rps,
    rates.log_rps,
    rates.sent_weighted,
    rates.viewed_weighted,
    rates.purchased_weighted,
    case
        when levels.mean_log > 0
            then
                round({{ dollars(shrunk('rates.log_rps', not_below_zero('levels.mean_log + pool.lift_log'), 'rates.n_eff')) }}
                / {{ dollars('levels.mean_log') }}, 9)
    end as length_factor
from rates
inner join levels using (as_of_date, sender_key)
inner join pool using (as_of_date, length_bucket)
