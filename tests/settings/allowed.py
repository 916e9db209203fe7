"""What looks like nonsense and is meant: file → case → places (``*`` for anything) that may be so, and why."""

from __future__ import annotations

OPEN_LIST = "an open list: one entry fewer is another list"
MIDNIGHT = "hour 0 is midnight"
MONDAY = "weekday 0 is Monday"
NONE_AT_ALL = "none at all is a share or a number too"
SWITCHED_OFF = "0 leaves the idea out"
NO_LIMIT = "null: no limit of its own"
OWN_WORDS = "a deployment adds its own words"

ALLOWED: dict[str, dict[str, dict[str, str]]] = {
    "send_types": {
        "missing": {
            "*.hours.*": "no preferred hour is a choice",
            "*.avoid.*": OPEN_LIST,
            "*.best_days.*": OPEN_LIST,
            "*.channels.*": OPEN_LIST,
            "*.media_kinds.*": OPEN_LIST,
            "*.targets.*": OPEN_LIST,
            "*.caption_types.*": OPEN_LIST,
            "*.offers.*": OPEN_LIST,
            "*.price.rotation.*": OPEN_LIST,
            "*.is_target_required": "false unless said",
        },
        "null": {
            "*.max_per_week": NO_LIMIT,
            "*.expires_hours": "null: it never expires",
            "*.pin_rank": "null: it is never pinned",
        },
        "zero": {
            "*.hours.*": MIDNIGHT,
            "*.avoid.*": MIDNIGHT,
            "*.best_days.*": MONDAY,
            "*.sort": "a place in an order",
            "*.acceptable.*": "no least length",
            "*.spacing_minutes": "no distance beyond the common one",
            "*.weekly_floor": "not needed every week",
        },
    },
    "audiences": {
        "missing": {"targets.*.channels.*": OPEN_LIST},
        "null": {
            "targets.*.reach": "null: counted, not assumed",
            "targets.*.max_per_day": NO_LIMIT,
            "targets.*.max_per_week": NO_LIMIT,
        },
    },
    "content_types": {"missing": {"*.keywords.*": OPEN_LIST}},
    "volume": {
        "missing": {"strategies.*": OPEN_LIST},
        "zero": {
            "base_per_day.*": "a page may be planned without a category",
            "tier_limits.*": "a tier may get none",
            "bounds.*.day_min": "no least number a day",
            "bumps.free_page_extra": SWITCHED_OFF,
            "confidence_rows.*.spacing_tolerance_minutes": "no tolerance",
            "pool.min_performance": "every score will do",
            "category_mix.*": "the lowest share of a part",
        },
    },
    "scoring": {
        "missing": {"price_points.*": OPEN_LIST, "persona_tones.*": OPEN_LIST},
        "null": {
            "fallback_ladder.*.rest_days": "null: the rest that confidence asks for",
            "fallback_ladder.*.note": "null: nothing to tell",
        },
        "zero": {
            "length_floor": "0: the length factor counts in full",
            "new_caption_scores.*.score": "the worst score",
            "freshness.floor": "the worst score",
            "freshness.other_creator_weight": SWITCHED_OFF,
            "type_priority.none": "the worst score",
            "fallback_ladder.*.freshness": "a step may take every score",
            "fallback_ladder.*.performance": "a step may take every score",
            "fallback_ladder.*.rest_days": "a step may take captions without rest",
            "emoji_levels.*": "a level may begin without emoji",
        },
    },
    "timing": {
        "missing": {
            "active_window.*.*": OPEN_LIST,
            "avoid_hours.*": OPEN_LIST,
            "late_hours.*": OPEN_LIST,
            "late_days.*": OPEN_LIST,
            "default_prime_hours.*": OPEN_LIST,
            "prime_days.*": OPEN_LIST,
            "prime_hours.*.*": OPEN_LIST,
            "prime_shift.hours.*": OPEN_LIST,
            "hour_pool_curve.*": "hours between are interpolated",
            "slot_score.ppv_evening_hours.*": OPEN_LIST,
            "jitter.forbidden_minutes.*": OPEN_LIST,
        },
        "negative": {
            "prime_shift.hours.*": "earlier hours",
            "jitter.low": "earlier minutes",
        },
        "zero": {
            "active_window.*": MIDNIGHT,
            "avoid_hours.*": MIDNIGHT,
            "late_days.*": MONDAY,
            "default_prime_hours.*": MIDNIGHT,
            "prime_days.*": MONDAY,
            "prime_hours.*.*": MIDNIGHT,
            "prime_shift.min": MIDNIGHT,
            "slot_score.ppv_evening_hours.*": MIDNIGHT,
            "slot_score.even_from": "every send type likes its hours alike",
            "slot_score.*": "points that do not count",
            "rotation.early_ppv": SWITCHED_OFF,
            "jitter.*": SWITCHED_OFF,
        },
    },
    "text_features": {
        "missing": {
            "styles.by_caption_type.*": "the words decide",
            "offers.patterns.*": "the caption type decides",
            "offers.by_caption_type.*": "texts of the type announce nothing",
            "offers.game_caption_types.*": OPEN_LIST,
        },
    },
    "classification": {
        "missing": {"words.*": OPEN_LIST},
        "zero": {"*.step": "further words add nothing"},
    },
    "system_config": {
        "zero": {
            "waves.*": NONE_AT_ALL,
            "ingest.alert_quarantined_share": "every quarantined row is told",
            "ingest.settle_seconds": "files are taken at once",
            "planning.method_share": NONE_AT_ALL,
            "planning.seed": "any whole number is a seed",
            "planning.exploration_share": NONE_AT_ALL,
            "planning.slot_score_weight": SWITCHED_OFF,
            "planning.crowding_weight": SWITCHED_OFF,
            "planning.late_link_weight": SWITCHED_OFF,
            "planning.mix_tolerance": "every type exactly as often as its target",
            "planning.relaxation_rounds": SWITCHED_OFF,
            "planning.bound_rounds": SWITCHED_OFF,
        },
    },
    "ingest": {
        "missing": {
            "*_words.*": OPEN_LIST,
            "*.aliases.*": OPEN_LIST,
            "kinds.*.required.*": OPEN_LIST,
            "prohibited.*": OPEN_LIST,
            "placeholders.*": OPEN_LIST,
            "platform_hosts.*": OPEN_LIST,
            "retry_rules.*": OPEN_LIST,
            "file_name_patterns.*": OPEN_LIST,
            "caption_logger_columns.*": OPEN_LIST,
            "paid_only_caption_types.*": OPEN_LIST,
            "file_kinds.*": OPEN_LIST,
            "zone_aliases.*": OPEN_LIST,
            "content_categories.*": OPEN_LIST,
            "levels.*": OPEN_LIST,
            "caption_types.*": OPEN_LIST,
        },
        "unknown": {
            "file_kinds.*": OWN_WORDS,
            "zone_aliases.*": OWN_WORDS,
            "content_categories.*": OWN_WORDS,
            "levels.*": OWN_WORDS,
            "caption_types.*": OWN_WORDS,
        },
        "zero": {
            "limits.subscription_price.*": "a free page",
            "defaults.tone_confidence": "nothing is known of the tone",
            "defaults.avg_sentiment": "the lowest there is",
        },
    },
    "demo": {
        "missing": {
            "agency.vault_always.*": OPEN_LIST,
            "agency.vault_likely.*": OPEN_LIST,
            "captions.counts.*": "no captions of a type",
            "captions.commerce.*": "texts of the type show something else",
            "prohibited_samples.*": OPEN_LIST,
            "sends.mix.*": "no sends of a type",
            "response.other_hours.*": "hours between are interpolated",
            "response.*_pages.*": OPEN_LIST,
        },
        "zero": {
            "seed": "any whole number is a seed",
            "xlsx_reports": NONE_AT_ALL,
            "*_share": NONE_AT_ALL,
            "agency.plain_page": "a page's number",
            "agency.former_creators": NONE_AT_ALL,
            "captions.*": NONE_AT_ALL,
            "sends.hours.*": "nothing at that hour",
            "sends.*": NONE_AT_ALL,
            "response.*_pages.*": "a page's number",
            "response.midday_hours.*": MIDNIGHT,
            "response.fit_strength": SWITCHED_OFF,
            "response.view_*": SWITCHED_OFF,
        },
    },
    "demo_harbour": {
        "missing": {
            "handle_words.*": OPEN_LIST,
            "agency.commerce_share.*": OPEN_LIST,
            "captions.fixed.*": "no captions of a type",
            "captions.content.*": "no captions of a content type",
            "habits.messages.*": "no sends of a type",
            "habits.wall.*": "no posts of a type",
            "habits.other_prices.*": OPEN_LIST,
            "response.payday.days.*": OPEN_LIST,
        },
        "negative": {
            "response.weekday.*": "added to attention, which may fall",
            "response.length.*": "added to appeal, which may fall",
        },
        "zero": {
            "seed": "any whole number is a seed",
            "*_share": NONE_AT_ALL,
            "agency.narrow_pages": NONE_AT_ALL,
            "captions.*": NONE_AT_ALL,
            "habits.hours.*": "nothing at that hour",
            "habits.*": NONE_AT_ALL,
            "response.hours.*": MIDNIGHT,
            "response.weekday.*": "nothing added",
            "response.length.*": "nothing added",
            "files.*": NONE_AT_ALL,
        },
    },
}
