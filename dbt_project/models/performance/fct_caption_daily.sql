{{ config(pre_hook="{{ replace_window('send_date') }}") }}

select
    coalesce(creator_id, 'page:' || page_name) as sender_key,
    any_value(creator_id) as creator_id,
    caption_hash,
    send_date,
    count(*) as send_count,
    count(*) filter (where is_priced) as priced_count,
    count(*) filter (where is_rated) as rated_count,
    {{ exact_sum('earnings') }} as earnings,
    {{ count_sum('sent_count', 'is_rated') }} as sent_count,
    {{ count_sum('viewed_count', 'is_rated') }} as viewed_count,
    {{ count_sum('purchased_count', 'is_rated') }} as purchased_count
from {{ ref('fct_sends') }}
where {{ in_window('send_date') }} and caption_hash is not null
group by 1, 3, 4
