select
    creator_id,
    metric_date,
    fan_count,
    renew_on_count,
    expired_count
from {{ source('raw', 'page_metrics') }}
