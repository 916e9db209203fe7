"""Send types, audiences, and what a text is worth. Figures as tables."""

from __future__ import annotations

from collections.abc import Callable

from eros_assets.reports.reference.pages import (
    NOTHING,
    clock_hours,
    codes,
    dollars,
    markdown_table,
    percent,
    span,
    weekdays,
)
from eros_assets.settings import Price, Settings

# -- send types and audiences --


def _send_types(settings: Settings) -> str:
    money = {"price": "a price", "goal": "tips", "none": "nothing"}
    header = (
        "send type",
        "category",
        "pages",
        "asks for",
        "a text may announce",
        "most a day",
        "most a week",
        "channels",
    )
    return markdown_table(
        header,
        [
            (f"`{t.key}`", t.category, t.page, money[t.money], ", ".join(t.offers), t.max_per_day, t.max_per_week,
             ", ".join(t.channels))
            for t in settings.send_types
        ],
    )  # fmt: skip


def _send_type_texts(settings: Settings) -> str:
    header = ("send type", "caption types, own first", "best length", "accepted length", "emoji", "media", "followup")
    return markdown_table(
        header,
        [
            (f"`{t.key}`", codes(t.caption_types), span(t.optimal), span(t.acceptable), t.emoji, t.media, t.followup)
            for t in settings.send_types
        ],
    )


def _send_type_hours(settings: Settings) -> str:
    header = (
        "send type",
        "preferred hours",
        "best days",
        "hours to avoid",
        "minutes between two",
        "expires after hours",
    )
    return markdown_table(
        header,
        [
            (f"`{t.key}`", clock_hours(t.hours), weekdays(t.best_days), clock_hours(t.avoid),
             max(t.hours_between * 60, t.spacing_minutes), t.expires_hours)
            for t in settings.send_types
        ],
    )  # fmt: skip


def _send_type_prices(settings: Settings) -> str:
    priced: list[tuple[str, str, Price]] = [
        (t.key, t.money, t.price) for t in settings.send_types if t.price is not None
    ]
    what = {"price": "price", "goal": "amount of tips"}
    rows = [(f"`{key}`", what[money], *map(dollars, (p.min, p.default, p.max))) for key, money, p in priced]
    return markdown_table(("send type", "what", "least", "where nothing is known", "most"), rows)


def _content_types(settings: Settings) -> str:
    rows = [
        (f"`{t.key}`", t.label, t.group, t.price_factor, t.priority_tier, "yes" if t.is_restricted else "")
        for t in settings.content_types
    ]
    return markdown_table(("content type", "label", "group", "price factor", "priority", "restricted"), rows)


def _audiences(settings: Settings) -> str:
    header = ("audience", "who", "pages", "share of active fans", "most a day", "most a week", "channels")
    return markdown_table(
        header,
        [
            (f"`{t.key}`", t.filter, t.page, "counted" if t.reach is None else percent(t.reach), t.max_per_day,
             t.max_per_week, ", ".join(t.channels))
            for t in settings.audiences.targets
        ],
    )  # fmt: skip


# -- captions and scoring --


def _lengths(settings: Settings) -> str:
    rows = [(f"`{b.key}`", b.from_, b.multiplier) for b in settings.scoring.length_buckets]
    return markdown_table(("length class", "from characters", "multiplier"), rows)


def _windows(settings: Settings) -> str:
    rows = [(name.replace("_", " "), d.half_life, d.window) for name, d in settings.scoring.decay.items()]
    return markdown_table(("what is learned", "half-life, days", "window, days"), rows)


def _weights(settings: Settings) -> str:
    scoring = settings.scoring
    execution = scoring.execution_weights.model_dump()
    parts = {
        "EROS score": scoring.eros_weights,
        "its execution part": execution,
        "baseline score": scoring.baseline_weights,
    }
    rows = [
        (name, ", ".join(f"{part.replace('_', ' ')} {w:g}" for part, w in by.items())) for name, by in parts.items()
    ]
    return markdown_table(("score", "weights"), rows)


def _performance_tiers(settings: Settings) -> str:
    t = settings.scoring.tiers
    rows = [
        ("TOP", f"≥ {t.TOP:g}", f"{t.top_min_sends} sends; fewer make it MID"),
        ("MID", f"≥ {t.MID:g}", NOTHING),
        ("LOW", f"≥ {t.LOW:g}", NOTHING),
        ("AVOID", f"< {t.LOW:g}", f"{t.avoid_min_sends} sends and confidence {t.avoid_min_confidence:g}; else LOW"),
    ]
    return markdown_table(("performance tier", "score", "needs"), rows)


def _freshness(settings: Settings) -> str:
    rule = settings.scoring.freshness
    rows = [
        ("half-life of tiredness, days", rule.half_life),
        ("factor of each further use within 30 days", rule.repeat_factor),
        ("weight of a use by another page", rule.other_creator_weight),
        ("lowest freshness of a used text", rule.floor),
        ("uses within 30 days that close a text to the page", rule.month_max),
    ]
    return markdown_table(("freshness", "figure"), rows)


def _ladder(settings: Settings) -> str:
    kinds = {
        "first_two": "the first two of the send type",
        "any": "any of the send type",
        "category": "any of the category",
    }
    rows = [
        (s.level, s.freshness, s.performance, kinds[s.caption_types], _rest(s.rest_days))
        for s in settings.scoring.fallback_ladder
    ]
    return markdown_table(
        ("step", "least freshness", "least performance", "caption types", "most days of rest asked"), rows
    )


def _rest(days: int | None) -> str:
    return "as the page's confidence asks" if days is None else str(days)


def _persona(settings: Settings) -> str:
    points = settings.scoring.persona_points
    labels = {
        "primary_tone": "the persona's first tone",
        "secondary_tone": "a tone that suits it",
        "emoji_equal": "its level of emoji",
        "emoji_near": "one level beside",
        "slang_equal": "its level of slang",
    }
    return markdown_table(("the text has", "points"), [(labels[name], value) for name, value in points.items()])


SEND_FIGURES: dict[str, Callable[[Settings], str]] = {
    "send types": _send_types,
    "texts of send types": _send_type_texts,
    "hours of send types": _send_type_hours,
    "prices of send types": _send_type_prices,
    "content types": _content_types,
    "audiences": _audiences,
    "length classes": _lengths,
    "windows": _windows,
    "score weights": _weights,
    "performance tiers": _performance_tiers,
    "freshness": _freshness,
    "fallback ladder": _ladder,
    "persona points": _persona,
}
"""Tables by the name of their mark."""
