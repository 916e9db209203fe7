{{ config(pre_hook="{{ replace_window('send_date') }}") }}

with sends as (
    select * from {{ ref('int_sends') }} where {{ in_window('send_date') }}
),

-- The creator's most frequent content type per send type, from the weeks before the send's
-- week, so that a day's facts never depend on later days.
weeks as (
    select distinct creator_id, send_type_key, cast(date_trunc('week', send_date) as date) as week
    from sends
    where content_type_key is null and creator_id is not null
),

known as (
    select
        creator_id, send_type_key, content_type_key, cast(date_trunc('week', send_date) as date) as week, count(*) as sends
    from {{ ref('int_sends') }}
    where
        content_type_key is not null
        and creator_id is not null
        and send_date >= (select min(week) from weeks) - 7 * {{ param_int('content_usual_weeks') }}
    group by all
),

counted as (
    select weeks.creator_id, weeks.send_type_key, weeks.week, known.content_type_key, sum(known.sends) as sends
    from weeks
    inner join known
        on
            weeks.creator_id = known.creator_id
            and weeks.send_type_key = known.send_type_key
            and known.week < weeks.week
            and known.week >= weeks.week - 7 * {{ param_int('content_usual_weeks') }}
    group by all
),

usual as (
    select creator_id, send_type_key, week, min_by(content_type_key, (-sends, content_type_key)) as content_type_key
    from counted
    group by all
)

select
    sends.send_key,
    sends.creator_id,
    sends.page_name,
    sends.page_type,
    sends.sent_at,
    sends.sent_local,
    sends.send_date,
    sends.sent_hour,
    sends.sent_weekday,
    sends.send_type_key,
    sends.send_type_confidence,
    sends.channel_key,
    sends.target_key,
    sends.is_priced,
    sends.price,
    sends.sent_count,
    sends.viewed_count,
    sends.purchased_count,
    sends.earnings,
    sends.viewed_count / nullif(sends.sent_count, 0) as view_rate,
    sends.purchased_count / nullif(sends.sent_count, 0) as purchase_rate,
    case when sends.is_priced then sends.purchased_count / nullif(sends.viewed_count, 0) end as conversion_rate,
    sends.earnings / nullif(sends.sent_count, 0) as rpr,
    sends.caption_hash,
    sends.is_caption_matched,
    sends.char_length,
    sends.length_bucket,
    coalesce(sends.content_type_key, usual.content_type_key) as content_type_key,
    case
        when sends.content_type_key is not null then sends.content_type_confidence
        when usual.content_type_key is not null then {{ param('content_usual_confidence') }}
    end as content_type_confidence,
    sends.tone,
    sends.is_rated,
    sends.is_withdrawn
from sends
left join usual
    on
        sends.creator_id = usual.creator_id
        and sends.send_type_key = usual.send_type_key
        and cast(date_trunc('week', sends.send_date) as date) = usual.week
