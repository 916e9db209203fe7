-- Same columns as stg_sends. A wall post has no recipients, so it never counts in rates; one whose earnings the
-- export does not say (null) counts in no average.
select
    'wall_' || post_id as send_key,
    creator_id,
    page_name,
    post_date as sent_at,
    cast(null as varchar) as type_label,
    case when post_type = 'story' then 'story' else 'wall_post' end as channel_key,
    'all_active' as target_key,
    price,
    cast(null as bigint) as sent_count,
    views_count as viewed_count,
    cast(null as bigint) as purchased_count,
    coalesce(earnings, tips_total) as earnings,
    caption_hash,
    message_content as message_text,
    char_length,
    cast(null as varchar) as content_label,
    cast(null as varchar) as media_type,
    cast(null as bigint) as media_count,
    false as is_withdrawn,
    false as is_possible_duplicate
from {{ source('raw', 'wall_posts') }}
