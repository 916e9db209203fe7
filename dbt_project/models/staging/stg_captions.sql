select
    caption_hash,
    caption_id,
    caption_text,
    plain_text,
    char_length,
    {{ folded_label('caption_type') }} as type_label,
    {{ folded_label('content_type') }} as content_label,
    coalesce(suggested_price, price) as suggested_price,
    coalesce(price, 0) > 0 or coalesce(schedulable_type, '') = 'ppv' as is_priced,
    coalesce(schedulable_type, '') = 'wall' as is_wall,
    is_paid_page_only,
    is_active,
    tone,
    slang_level,
    classification_confidence,
    near_duplicate_of
from {{ source('raw', 'captions') }}
