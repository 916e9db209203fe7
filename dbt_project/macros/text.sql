{# Label as the seeds hold it: lower case, words joined by one underscore. #}
{% macro folded_label(column) -%}
    nullif(trim(regexp_replace(lower({{ column }}), '[^\p{L}\p{N}]+', '_', 'g'), '_'), '')
{%- endmacro %}

{# Words of a text with one space before, between and after: whole phrases are found by `contains`.
   `keep` are further characters that belong to words. #}
{% macro words(column, keep='') -%}
    ' ' || trim(regexp_replace(
        regexp_replace(lower({{ column }}), '[''’]', '', 'g'), '[^\p{L}\p{N}${{ keep }}]+', ' ', 'g'
    )) || ' '
{%- endmacro %}

{# Kinds of evidence for a type: sections of `words` in config/classification.yaml. #}
{% macro text_rules() -%}
    {{ return([
        'unlock', 'limited', 'bundle', 'pieces', 'vip', 'vip_price', 'throwback', 'first_to_tip', 'game', 'spin',
        'tip_goal', 'comeback', 'lapsed', 'renew', 'live', 'like', 'message_me', 'link'
    ]) }}
{%- endmacro %}

{# Send type of a text without one: struct of key and hits, first match wins.
   Arguments are boolean SQL conditions; `t` is the alias of int_texts. #}
{% macro classify(is_priced, is_wall, is_free_page, is_followup, is_flyer, is_text_only, length, t='t') -%}
    case
        when {{ is_followup }} then {{ type_hits('ppv_followup') }}
        when {{ is_priced }} and {{ is_wall }} and {{ is_free_page }} then {{ type_hits('ppv_wall') }}
        when {{ is_priced }} and {{ t }}.limited_hits > 0 and {{ t }}.bundle_hits > 0 then {{ type_hits('flash_bundle') }}
        when {{ is_priced }} and ({{ t }}.bundle_hits > 0 or {{ t }}.pieces_hits > 0) then {{ type_hits('bundle') }}
        when {{ is_priced }}
            then {{ type_hits('ppv_unlock', 'least(coalesce(' ~ t ~ '.unlock_hits, 0), 1)') }}
        when {{ t }}.vip_hits >= 2 or ({{ t }}.vip_hits >= 1 and {{ t }}.vip_price_hits >= 1)
            then {{ type_hits('vip_program', t ~ '.vip_hits') }}
        when {{ t }}.throwback_hits > 0 then {{ type_hits('snapchat_bundle', t ~ '.throwback_hits') }}
        when {{ t }}.first_to_tip_hits > 0 then {{ type_hits('first_to_tip', t ~ '.first_to_tip_hits') }}
        when {{ t }}.game_hits >= 2 or {{ t }}.spin_hits >= 1 then {{ type_hits('game_post', t ~ '.game_hits') }}
        when {{ t }}.tip_goal_hits > 0 then {{ type_hits('tip_goal', t ~ '.tip_goal_hits') }}
        when {{ t }}.comeback_hits > 0 and {{ t }}.lapsed_hits > 0
            then {{ type_hits('expired_winback', t ~ '.comeback_hits') }}
        when {{ t }}.renew_hits > 0 and {{ is_wall }} then {{ type_hits('renew_on_post', t ~ '.renew_hits') }}
        when {{ t }}.renew_hits > 0 then {{ type_hits('renew_on_message', t ~ '.renew_hits') }}
        when {{ t }}.live_hits > 0 then {{ type_hits('live_promo', t ~ '.live_hits') }}
        when {{ t }}.like_hits > 0 then {{ type_hits('like_farm', t ~ '.like_hits') }}
        when {{ t }}.message_me_hits > 0 then {{ type_hits('dm_farm', t ~ '.message_me_hits') }}
        when {{ t }}.link_hits > 0 and {{ is_wall }} then {{ type_hits('wall_link_drop', t ~ '.link_hits') }}
        when {{ t }}.link_hits > 0 then {{ type_hits('link_drop', t ~ '.link_hits') }}
        when {{ is_flyer }} then {{ type_hits('bump_flyer') }}
        when {{ is_text_only }} and coalesce({{ length }}, 0) < {{ param('text_only_below') }}
            then {{ type_hits('bump_text_only') }}
        when coalesce({{ length }}, 0) < {{ param('descriptive_from') }} then {{ type_hits('bump_normal') }}
        when {{ length }} >= {{ param('long_from') }} then {{ type_hits('bump_descriptive', '1') }}
        else {{ type_hits('bump_descriptive') }}
    end
{%- endmacro %}

{% macro type_hits(key, hits='0') -%}
    {'key': '{{ key }}', 'hits': cast({{ hits }} as bigint)}
{%- endmacro %}

{# Hash of all word lists: texts read with other lists are read again. #}
{% macro phrases_hash() -%}
    (
        select md5(string_agg(concat_ws('|', rule, phrase, content_type_key), ';' order by rule, phrase, content_type_key))
        from {{ ref('text_phrases') }}
    )
{%- endmacro %}
