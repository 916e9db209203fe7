{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('send_date') }}"
) }}

with everything as (
    -- one more day before the window, so that a followup at its start finds its parent
    select * from {{ ref('stg_sends') }} where {{ near_window('sent_at', lead_days=1) }}
    union all by name
    select * from {{ ref('stg_wall_posts') }} where {{ near_window('sent_at', lead_days=1) }}
),

placed as (
    select
        everything.* exclude (creator_id, page_name),
        everything.creator_id,
        coalesce(everything.page_name, creators.page_name) as page_name,
        creators.page_type,
        timezone(
            coalesce(creators.timezone, {{ agency_timezone() }}),
            everything.sent_at at time zone 'UTC'
        ) as sent_local,
        coalesce(everything.price, 0) > 0 as is_priced,
        coalesce(everything.media_type = 'none' or everything.media_count = 0, false) as is_text_only,
        max(everything.sent_at) filter (where coalesce(everything.price, 0) > 0) over (
            partition by coalesce(everything.creator_id, everything.page_name)
            order by everything.sent_at
            range between
            to_minutes({{ param_int('followup_until_minutes') }}) preceding
            and to_minutes({{ param_int('followup_after_minutes') }}) preceding
        ) is not null as is_after_ppv
    from everything
    left join {{ ref('stg_creators') }} as creators using (creator_id)
),

windowed as (
    select *, cast(sent_local as date) as send_date
    from placed
    where {{ in_window('cast(sent_local as date)') }}
),

matched as (
    select
        windowed.*,
        captions.caption_hash is not null as is_caption_matched,
        captions.caption_type,
        captions.caption_type_confidence,
        captions.content_type_key as caption_content_key,
        captions.content_type_confidence as caption_content_confidence,
        captions.tone,
        texts.content_type_key as keyword_type_key,
        texts.content_type_confidence as keyword_confidence,
        {{ is_wall('windowed.channel_key') }} as is_wall,
        {{ classify(
            is_priced='windowed.is_priced',
            is_wall=is_wall('windowed.channel_key'),
            is_free_page="coalesce(windowed.page_type, 'free') = 'free'",
            is_followup="windowed.target_key = 'ppv_non_purchasers' and not windowed.is_priced and windowed.is_after_ppv",
            is_flyer="coalesce(windowed.media_type, '') = 'flyer'",
            is_text_only='windowed.is_text_only', length='windowed.char_length', t='texts'
        ) }} as guess
    from windowed
    left join {{ ref('int_captions') }} as captions using (caption_hash)
    left join {{ ref('int_texts') }} as texts using (caption_hash)
),

typed as (
    select
        matched.*,
        aliases.send_type_key as labelled_type,
        -- a caption's type fits the send when both are priced or both are not
        case
            when caption_money.send_type_key is null then null
            when matched.is_priced and matched.caption_type = 'ppv_unlock' and matched.is_wall
                and coalesce(matched.page_type, 'free') = 'free' then 'ppv_wall'
            when matched.is_priced and caption_money.money != 'none' then matched.caption_type
            when matched.is_priced or caption_money.money = 'price' then null
            when matched.is_wall and matched.caption_type = 'renew_on_message' then 'renew_on_post'
            when matched.is_wall and matched.caption_type = 'link_drop' then 'wall_link_drop'
            else matched.caption_type
        end as caption_send_type
    from matched
    left join {{ ref('type_aliases') }} as aliases on matched.type_label = aliases.label
    left join {{ ref('send_types') }} as caption_money on matched.caption_type = caption_money.send_type_key
)

select
    typed.send_key,
    typed.creator_id,
    typed.page_name,
    typed.page_type,
    typed.sent_at,
    typed.sent_local,
    typed.send_date,
    cast(extract(hour from typed.sent_local) as bigint) as sent_hour,
    cast(extract(isodow from typed.sent_local) - 1 as bigint) as sent_weekday,
    coalesce(typed.labelled_type, typed.caption_send_type, typed.guess.key) as send_type_key,
    case
        when typed.labelled_type is not null then 1.0
        when typed.caption_send_type is not null then typed.caption_type_confidence
        else least(guessed.base + guessed.step * typed.guess.hits, guessed.most)
    end as send_type_confidence,
    typed.channel_key,
    typed.target_key,
    typed.is_priced,
    typed.price,
    typed.sent_count,
    typed.viewed_count,
    typed.purchased_count,
    typed.earnings,
    typed.caption_hash,
    typed.is_caption_matched,
    typed.char_length,
    buckets.length_bucket,
    coalesce(labels.content_type_key, typed.keyword_type_key, typed.caption_content_key) as content_type_key,
    case
        when labels.content_type_key is not null then 1.0
        when typed.keyword_type_key is not null then typed.keyword_confidence
        else typed.caption_content_confidence
    end as content_type_confidence,
    typed.tone,
    not typed.is_withdrawn and coalesce(typed.sent_count, 0) > 0 and not typed.is_possible_duplicate as is_rated,
    typed.is_withdrawn
from typed
left join {{ ref('send_types') }} as guessed on typed.guess.key = guessed.send_type_key
left join {{ ref('content_labels') }} as labels on typed.content_label = labels.label
asof left join {{ ref('length_buckets') }} as buckets on typed.char_length >= buckets.from_chars
