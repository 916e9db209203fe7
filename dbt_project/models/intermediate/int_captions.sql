{{ config(materialized='table') }}

with classified as (
    select
        captions.*,
        {{ classify(
            is_priced='captions.is_priced', is_wall='captions.is_wall', is_free_page='false', is_followup='false',
            is_flyer='false', is_text_only='false', length='captions.char_length', t='texts'
        ) }} as guess,
        texts.content_type_key as keyword_type_key,
        texts.content_type_confidence as keyword_confidence
    from {{ ref('stg_captions') }} as captions
    left join {{ ref('int_texts') }} as texts using (caption_hash)
)

select
    classified.caption_hash,
    classified.caption_id,
    classified.caption_text,
    classified.plain_text,
    classified.char_length,
    buckets.length_bucket,
    coalesce(labelled.caption_type, guessed.caption_type) as caption_type,
    case
        when labelled.caption_type is not null then coalesce(classified.classification_confidence, 1.0)
        else least(guessed.base + guessed.step * classified.guess.hits, guessed.most)
    end as caption_type_confidence,
    coalesce(labels.content_type_key, classified.keyword_type_key) as content_type_key,
    case
        when labels.content_type_key is not null then coalesce(classified.classification_confidence, 1.0)
        else classified.keyword_confidence
    end as content_type_confidence,
    classified.suggested_price,
    classified.is_paid_page_only,
    classified.is_active,
    classified.tone,
    classified.slang_level,
    classified.near_duplicate_of
from classified
asof left join {{ ref('length_buckets') }} as buckets on classified.char_length >= buckets.from_chars
left join {{ ref('type_aliases') }} as aliases on classified.type_label = aliases.label
left join {{ ref('send_types') }} as labelled on aliases.send_type_key = labelled.send_type_key
left join {{ ref('send_types') }} as guessed on classified.guess.key = guessed.send_type_key
left join {{ ref('content_labels') }} as labels on classified.content_label = labels.label
