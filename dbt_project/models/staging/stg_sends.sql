select
    row_key as send_key,
    creator_id,
    page_name,
    sending_time as sent_at,
    {{ folded_label('send_type') }} as type_label,
    coalesce(channel, 'mass_message') as channel_key,
    coalesce(target, 'all_active') as target_key,
    price,
    sent_count,
    viewed_count,
    purchased_count,
    coalesce(earnings, 0) as earnings,
    caption_hash,
    message_content as message_text,
    char_length,
    {{ folded_label('content_type') }} as content_label,
    media_type,
    media_count,
    is_unsent as is_withdrawn,
    coalesce(list_contains(string_split(replace(_flags, ' ', ''), ','), 'possible_duplicate'), false)
        as is_possible_duplicate
from {{ source('raw', 'sends') }}
