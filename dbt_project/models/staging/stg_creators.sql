select
    creator_id,
    page_name,
    page_type,
    timezone,
    current_active_fans,
    is_active
from {{ source('raw', 'creators') }}
