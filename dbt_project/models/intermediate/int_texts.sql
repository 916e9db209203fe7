{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where phrases_hash != {{ phrases_hash() }}{% endif %}"
) }}

-- The evidence in a text is found once per distinct text; new word lists read every text again.
with texts as (
    select caption_hash, plain_text as content from {{ ref('stg_captions') }}
    union all
    select caption_hash, message_text as content
    from {{ ref('stg_sends') }}
    where {{ near_window('sent_at') }}
    union all
    select caption_hash, message_text as content
    from {{ ref('stg_wall_posts') }}
    where {{ near_window('sent_at') }}
),

new_texts as (
    select caption_hash, min({{ words('content') }}) as words
    from texts
    where
        caption_hash is not null
        {% if is_incremental() %}
        and caption_hash not in (select known.caption_hash from {{ this }} as known)
        {% endif %}
    group by caption_hash
),

folded as (
    select caption_hash, words, regexp_replace(words, '\b[0-9]+\b', '#', 'g') as numbers_folded
    from new_texts
),

phrases as (
    select
        rule,
        content_type_key,
        {{ words('phrase', keep='#') }} as phrase,
        contains(phrase, '#') as has_number
    from {{ ref('text_phrases') }}
),

hits as (
    select
        folded.caption_hash,
        phrases.rule,
        phrases.content_type_key,
        length(phrases.phrase) as phrase_length,
        len(string_split(trim(phrases.phrase), ' ')) as phrase_words,
        case
            when phrases.has_number then 1
            else
                (length(folded.words) - length(replace(folded.words, phrases.phrase, ' ')))
                // (length(phrases.phrase) - 1)
        end as hits
    from folded
    inner join phrases
        on contains(case when phrases.has_number then folded.numbers_folded else folded.words end, phrases.phrase)
),

evidence as (
    select
        caption_hash,
        {% for rule in text_rules() -%}
        cast(coalesce(sum(hits) filter (where rule = '{{ rule }}'), 0) as bigint) as {{ rule }}_hits,
        {% endfor -%}
        -- longest match wins, then the first key
        min_by(content_type_key, (-phrase_length, content_type_key)) filter (where rule = 'content')
            as content_type_key,
        min_by(phrase_words, (-phrase_length, content_type_key)) filter (where rule = 'content') as content_words
    from hits
    group by caption_hash
)

select
    folded.caption_hash,
    {% for rule in text_rules() -%}
    coalesce(evidence.{{ rule }}_hits, 0) as {{ rule }}_hits,
    {% endfor -%}
    evidence.content_type_key,
    case when evidence.content_type_key is not null then least(
        {{ param('content_keyword_base') }} + {{ param('content_keyword_step') }} * (evidence.content_words - 1),
        {{ param('content_keyword_max') }}
    ) end as content_type_confidence,
    {{ phrases_hash() }} as phrases_hash
from folded
left join evidence using (caption_hash)
