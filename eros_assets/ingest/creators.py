"""Creators and personas: cells that are absent or not understood take the configured defaults."""

from __future__ import annotations

import json

import pandas as pd

from eros_assets.domain.frames import RAW_CREATORS, RAW_PERSONAS
from eros_assets.ingest.attribution import pages_of, require_known
from eros_assets.ingest.parse import zone_name
from eros_assets.ingest.rows import Reference, Rows
from eros_assets.settings import Settings

_ID = r"[A-Za-z0-9_-]{1,100}"
_LEVELS = ("none", "light", "moderate", "heavy")
_LENGTHS = ("short", "medium", "long", "varies")
_SUB_TYPES = ("gfe", "commercial", "personalized")


def build_creators(rows: Rows, reference: Reference, settings: Settings) -> pd.DataFrame:
    """``raw.creators`` rows of one file."""
    config = rows.config
    creator = rows.text("creator_id")
    page = pages_of(rows)
    rows.stop(
        ~creator.str.fullmatch(_ID).fillna(False).astype(bool),
        "creator_id",
        "bad_creator_id",
        "is no creator id",
    )
    rows.stop(page.isna(), "page_name", "missing_key", "is empty")
    low, high = config.limits.subscription_price
    subscription = _within(rows, "subscription_price", low, high).fillna(0.0)
    low, high = config.limits.default_ppv_price
    default_price = _within(rows, "default_ppv_price", low, high).fillna(config.defaults.default_ppv_price)
    columns: dict[str, object] = {
        "creator_id": creator,
        "page_name": page,
        "display_name": rows.text("display_name").fillna(page),
        "page_type": _page_types(rows, subscription),
        "subscription_price": subscription,
        "is_active": rows.boolean("is_active", True),
        "timezone": _zones(rows),
        "creator_group": rows.text("creator_group"),
        "current_active_fans": _fans(rows, creator, reference),
        "current_total_earnings": _positive(rows, "current_total_earnings"),
        "content_category": _categories(rows, tuple(settings.volume.bumps.factor)),
        "sub_type": _one_of(rows, "sub_type", _SUB_TYPES, config.defaults.sub_type),
        "persona_type": _one_of(rows, "persona_type", tuple(settings.scoring.persona_tones), None),
        "vault_notes": rows.text("vault_notes"),
        "default_ppv_price": default_price,
        "created_at": rows.time("created_at", required=False),
        "updated_at": rows.time("updated_at", required=False),
    }
    _drop_repeated_ids(rows, creator, columns)
    _stop_second_owner(rows, creator, page, reference)
    return rows.table(RAW_CREATORS, columns)


def build_personas(rows: Rows, reference: Reference, settings: Settings) -> pd.DataFrame:
    """``raw.personas`` rows of one file; absent and unknown cells take the configured defaults."""
    defaults = rows.config.defaults
    creator = require_known(rows, reference)
    tones = settings.scoring.tones
    caption_length = rows.count("avg_caption_length")
    columns: dict[str, object] = {
        "creator_id": creator,
        "primary_tone": _one_of(rows, "primary_tone", tones, defaults.primary_tone),
        "secondary_tone": _one_of(rows, "secondary_tone", tones, None),
        "tone_confidence": rows.number("tone_confidence", 0, 1).fillna(defaults.tone_confidence),
        "emoji_frequency": _one_of(rows, "emoji_frequency", _LEVELS, defaults.emoji_frequency),
        "emoji_per_message": rows.number("emoji_per_message", 0, 1000),
        "favorite_emojis": _json_lists(rows, "favorite_emojis"),
        "forbidden_emojis": _json_lists(rows, "forbidden_emojis"),
        "slang_level": _one_of(rows, "slang_level", _LEVELS, defaults.slang_level),
        "avg_sentiment": rows.number("avg_sentiment", 0, 1).fillna(defaults.avg_sentiment),
        "avg_caption_length": caption_length.mask((caption_length < 0).fillna(False)).fillna(
            defaults.avg_caption_length
        ),
        "caption_length_preference": _one_of(
            rows, "caption_length_preference", _LENGTHS, defaults.caption_length_preference
        ),
    }
    _drop_repeated_ids(rows, creator, columns)
    return rows.table(RAW_PERSONAS, columns)


def _one_of(rows: Rows, column: str, allowed: tuple[str, ...], default: str | None) -> pd.Series:
    """A key of ``allowed``; other words are reported and take the default."""
    word = rows.word(column).replace(rows.config.levels)
    unknown = word.notna() & ~word.isin(allowed)
    if unknown.any():
        rows.fix(unknown, "value_ignored")
        rows.warn(f"{column}: {sorted(set(word[unknown]))[:5]} unknown, read as {default or 'empty'}")
    word = word.mask(unknown)
    return word if default is None else word.fillna(default)


def _within(rows: Rows, column: str, low: float, high: float) -> pd.Series:
    values = rows.amount(column)
    wrong = values.notna() & ~values.between(low, high).fillna(False).astype(bool)
    if wrong.any():
        rows.fix(wrong, "value_ignored")
        rows.warn(f"{column}: {int(wrong.sum())} values outside {low:g}–{high:g} ignored")
    return values.mask(wrong)


def _positive(rows: Rows, column: str) -> pd.Series:
    values = rows.amount(column)
    wrong = (values < 0).fillna(False).astype(bool)
    rows.fix(wrong, "value_ignored")
    return values.mask(wrong)


def _page_types(rows: Rows, subscription: pd.Series) -> pd.Series:
    """``paid`` or ``free``; anything else follows the subscription price."""
    written = rows.word("page_type")
    known = written.isin(("paid", "free")).astype(bool)
    if (~known).any():
        rows.fix(~known, "page_type_derived")
        rows.warn(f"page_type: {int((~known).sum())} pages neither paid nor free; derived from the subscription price")
    return written.where(known, (subscription > 0).fillna(False).map({True: "paid", False: "free"}))


def _zones(rows: Rows) -> pd.Series:
    """IANA zones; aliases resolved, unknown and absent ones default."""
    written = rows.text("timezone")
    names = {text: zone_name(text, rows.config) for text in written.dropna().unique()}
    zones = written.map(names).astype("str")
    defaulted = zones.isna()
    rows.fix(defaulted | (zones != written), "timezone_replaced")
    if defaulted.any():
        shown = sorted(set(written[defaulted].fillna("(empty)")))[:5]
        rows.warn(f"timezone: {shown} unknown, read as {rows.config.defaults.timezone}")
    return zones.fillna(rows.config.defaults.timezone)


def _categories(rows: Rows, allowed: tuple[str, ...]) -> pd.Series:
    """A label that ends in a category's name is that category."""
    word = rows.word("content_category").replace(rows.config.content_categories)
    ending = word.str.extract(rf"({'|'.join(allowed)})$", expand=False)
    unknown = word.notna() & ending.isna()
    if unknown.any():
        rows.fix(unknown, "value_ignored")
        rows.warn(f"content_category: {sorted(set(word[unknown]))[:5]} unknown")
    return ending.fillna(rows.config.defaults.content_category)


def _fans(rows: Rows, creator: pd.Series, reference: Reference) -> pd.Series:
    """Fans of each creator: a negative count stops the row; without a readable one the last known stands, else 0."""
    fans = _fan_counts(rows)
    rows.stop(fans < 0, "current_active_fans", "negative_fans", "is negative")
    last = creator.map(reference.creators.set_index("creator_id")["current_active_fans"]).astype("Int64")
    rows.fix(fans.isna(), "fan_count_filled")
    return fans.fillna(last).fillna(0)


def _fan_counts(rows: Rows) -> pd.Series:
    from eros_assets.ingest.parse import counts

    return counts(rows.text("current_active_fans")).values


def _drop_repeated_ids(rows: Rows, creator: pd.Series, columns: dict[str, object]) -> None:
    """One row per creator: the last one in the file stands."""
    alive = creator[rows.alive]
    rows.drop_duplicates(alive.index[alive.duplicated(keep="last")])


def _stop_second_owner(rows: Rows, creator: pd.Series, page: pd.Series, reference: Reference) -> None:
    """Of two creators with one page name the later is quarantined."""
    alive = page[rows.alive]
    later = alive.duplicated().reindex(rows.index, fill_value=False)
    in_file = creator.isin(creator[rows.alive])
    others = reference.creators[~reference.creators["creator_id"].isin(creator[rows.alive])]
    taken = page.isin(others["page_name"]) & in_file
    rows.stop(later | taken, "page_name", "duplicate_page", "belongs to another creator already")


def _json_lists(rows: Rows, column: str) -> pd.Series:
    """JSON lists; plain text becomes the list of its parts."""
    written = rows.text(column)
    return written.map(_as_list, na_action="ignore").astype("str").fillna("[]")


def _as_list(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, list):
        value = [part for part in text.replace(",", " ").split() if part]
    return json.dumps(value, ensure_ascii=False)
