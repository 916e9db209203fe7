{{ config(pre_hook="{{ replace_window('as_of_date') }}") }}

with {{ evidence('caption', ['caption_hash'], 'sends.creator_id is not null and sends.caption_hash is not null') }},

uses as (
    select
        days.as_of_date,
        daily.creator_id,
        daily.caption_hash,
        {{ exact_sum('daily.earnings') }} as total_earnings,
        max(daily.send_date) as last_used_date,
        {{ count_sum('daily.send_count', 'daily.send_date > days.as_of_date - 30') }} as uses_30d,
        {{ count_sum('daily.send_count', 'daily.send_date > days.as_of_date - 60') }} as uses_60d
    from {{ ref('fct_caption_daily') }} as daily
    inner join {{ as_of_days() }} as days
        on
            daily.send_date <= days.as_of_date
            and daily.send_date > days.as_of_date - {{ param_int('caption_window') }}
    where daily.creator_id is not null
    group by days.as_of_date, daily.creator_id, daily.caption_hash
),

rates as (
    select
        as_of_date,
        creator_id,
        caption_hash,
        count(*) filter (where is_priced) as priced_count,
        {{ evidence_columns() }}
    from evidence
    where is_judged
    group by as_of_date, creator_id, caption_hash
)

select
    uses.as_of_date,
    uses.creator_id,
    uses.caption_hash,
    coalesce(rates.priced_count, 0) as priced_count,
    {{ evidence_or_none('rates') }},
    uses.total_earnings,
    uses.last_used_date,
    uses.uses_30d,
    uses.uses_60d
from uses
left join rates using (as_of_date, creator_id, caption_hash)
