{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ replace_window('as_of_date') }}"
) }}

-- Level of each sender (creator, or page of a former creator): what lifts are measured against.
with {{ evidence('creator') }}

select
    as_of_date,
    sender_key,
    any_value(creator_id) as creator_id,
    {{ exact_sum('weight', 'is_priced') }} as n_eff,
    {{ exact_sum('weight * log_money', 'is_priced') }} / nullif({{ exact_sum('weight', 'is_priced') }}, 0)
        as mean_log_rps,
    {{ exact_sum('weight * money', 'is_priced') }} / nullif({{ exact_sum('weight', 'is_priced') }}, 0) as mean_rps,
    {{ exact_sum('weight * viewed_count', 'not is_priced') }}
    / nullif({{ exact_sum('weight * sent_count', 'not is_priced') }}, 0) as mean_view_rate,
    {{ exact_sum('weight * viewed_count', 'is_priced') }}
    / nullif({{ exact_sum('weight * sent_count', 'is_priced') }}, 0) as mean_priced_view_rate,
    {{ exact_sum('weight * purchased_count', 'is_priced') }}
    / nullif({{ exact_sum('weight * viewed_count', 'is_priced') }}, 0) as mean_conversion
from evidence
group by as_of_date, sender_key
