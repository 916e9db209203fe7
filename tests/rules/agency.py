"""A hand-made week that keeps every rule, and the tools to break it in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.captions.text import caption_hash
from eros_assets.rules.reference import CANDIDATES, Reference, typed
from eros_assets.rules.registry import rule
from eros_assets.settings import BUILT_FLAGS, Settings, load_settings

MONDAY = pd.Timestamp("2026-06-01")
STYLES = ("solo", "bundle", "winner", "series")
FIRST_PATTERN, SECOND_PATTERN = "solo-bundle-winner-series", "bundle-series-solo-winner"
CONTENT = ("solo", "teaser", "duo", "fitness", "selfie", "travel", "dance", "outdoor")

# Time of each slot, and the send type per day, Monday first.
_DAY = {
    "08:07": ["bump_normal"] * 7,
    "09:37": [
        *("like_farm", "link_drop", "dm_farm", "like_farm", "wall_link_drop", "dm_farm", "like_farm"),
    ],
    "11:07": [
        *("expired_winback", "renew_on_message", "renew_on_post", "expired_winback"),
        *("renew_on_post", "expired_winback", "renew_on_message"),
    ],
    "12:52": ["ppv_unlock"] * 7,
    "14:22": ["bump_descriptive"] * 7,
    "15:52": ["tip_goal", "dm_farm", "bundle", "game_post", "first_to_tip", "bump_flyer", "dm_farm"],
    "17:22": ["bump_flyer", "like_farm", "link_drop", "bump_flyer", "dm_farm", "live_promo", "bump_flyer"],
    "19:07": ["ppv_unlock"] * 7,
    "20:37": ["bump_text_only"] * 7,
}
_FOLLOWUP_TIME = "19:35"
_CAPTION_TYPE_SPARES = 6


@cache
def settings() -> Settings:
    return load_settings("/tmp/eros-rules-tests")


@cache
def week_items(creator: str = "c1", monday: pd.Timestamp = MONDAY, zone: str = "America/Los_Angeles") -> pd.DataFrame:
    """One creator's items, without caption texts."""
    rows: list[dict[str, Any]] = []
    for time, types in _DAY.items():
        for day, key in enumerate(types):
            rows.append(_item(creator, monday, zone, day, time, key))
    for day in range(0, 7, 2):
        parent = next(r for r in rows if r["weekday"] == day and r["scheduled_time"] == "19:07")
        followup = _item(creator, monday, zone, day, _FOLLOWUP_TIME, "ppv_followup")
        rows.append(followup | {"is_followup": True, "parent_item_id": parent["item_id"], "delay_minutes": 28})
    frame = pd.DataFrame(rows).sort_values(["scheduled_at", "item_id"], ignore_index=True)
    _link(frame)
    _style(frame, monday)
    frame["slot_order"] = frame.groupby("scheduled_date").cumcount() + 1
    return frame


def _item(creator: str, monday: pd.Timestamp, zone: str, day: int, time: str, key: str) -> dict[str, Any]:
    kind = settings().send_type[key]
    local = pd.Timestamp(f"{monday + pd.Timedelta(days=day):%Y-%m-%d} {time}")
    at = local.tz_localize(ZoneInfo(zone)).tz_convert("UTC").tz_localize(None)
    expires = at + pd.Timedelta(hours=kind.expires_hours) if kind.expires_hours else pd.NaT
    is_pinned = kind.pin_rank is not None and kind.channels[0] == "wall_post"
    media = next((m for m in kind.media_kinds if m != "none"), "none") if kind.media == "needed" else "none"
    return {
        "item_id": f"{creator}-{local:%Y%m%d%H%M}-{key}",
        "schedule_id": f"sched_{monday:%Y-%m-%d}_{creator}_v1",
        "creator_id": creator,
        "week_start": monday,
        "scheduled_date": monday + pd.Timedelta(days=day),
        "scheduled_time": time,
        "scheduled_at": at,
        "weekday": day,
        "send_type_key": key,
        "category": kind.category,
        "channel_key": "mass_message" if key == "bump_descriptive" else kind.channels[0],
        "target_key": kind.targets[0],
        "needs_caption": False,
        "fallback_level": 1,
        "media_type": media,
        "flyer_required": kind.flyer["paid"] == "needed",
        "price": _in_use(kind.price.default) if kind.money == "price" and kind.price else None,
        "goal_amount": kind.price.default if kind.money == "goal" and kind.price else None,
        "tip_goal_mode": "individual" if key == "tip_goal" else None,
        "is_followup": False,
        "expires_at": expires,
        "pin_at": at if is_pinned else pd.NaT,
        "unpin_at": min(at + pd.Timedelta(hours=72), expires) if is_pinned else pd.NaT,
        "structure_score": 0.75,
        "label": kind.label,
        "flavor": "playful",
        "strategy": "even_spread",
        "eros_score": 0.6,
        "score_parts": '{"rps": 0.6}',
        "expected_revenue": 50.0 if kind.category == "revenue" else 5.0,
        "expected_recipients": 2000,
        "freshness": 100.0,
        "slot_score": 70.0,
        "is_prime": False,
        "is_exploration": False,
        "relaxations": "[]",
        "explanation": "{}",
        "runners_up": "[]",
        "status": "pending",
    }


def _in_use(price: float) -> float:
    """The price in use nearest to a type's default [10.12]."""
    return min(settings().scoring.price_points, key=lambda point: abs(point - price))


def _link(frame: pd.DataFrame) -> None:
    """Every link drop points to the newest campaign before it."""
    campaigns = frame[frame["send_type_key"].isin(["tip_goal", "bundle", "game_post", "first_to_tip"])]
    frame["linked_item_id"] = pd.Series(pd.NA, index=frame.index, dtype="object")
    for place in frame.index[frame["send_type_key"].isin(["link_drop", "wall_link_drop"])]:
        earlier = campaigns[campaigns["scheduled_at"] < frame.loc[place, "scheduled_at"]]
        frame.loc[place, "linked_item_id"] = earlier["item_id"].iloc[-1]


def _style(frame: pd.DataFrame, monday: pd.Timestamp) -> None:
    """PPV styles in pattern order: four days of the first pattern, three of the second."""
    ppv = frame["send_type_key"] == "ppv_unlock"
    early = frame["scheduled_date"] < monday + pd.Timedelta(days=4)
    frame["structure"] = pd.Series(pd.NA, index=frame.index, dtype="object")
    frame["style"] = pd.Series(pd.NA, index=frame.index, dtype="object")
    for pattern, part in ((FIRST_PATTERN, ppv & early), (SECOND_PATTERN, ppv & ~early)):
        frame.loc[part, "structure"] = pattern
        turn = cycle(pattern.split("-"))
        frame.loc[part, "style"] = [next(turn) for _ in range(int(part.sum()))]


def captioned(items: pd.DataFrame, tag: str = "") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Items with captions, the pool they come from (with spares) and its features."""
    items = items.copy()
    words = [f"word{place}{tag}" for place in range(len(items))]
    lengths = [300 if settings().send_type[key].is_selling else 120 for key in items["send_type_key"]]
    items["caption_text"] = [_text(word, size) for word, size in zip(words, lengths, strict=True)]
    items["caption_hash"] = caption_hash(items["caption_text"].astype("str"))
    items["caption_id"] = items["caption_hash"].str[:12]
    items["char_length"] = lengths
    content = [CONTENT[place % len(CONTENT)] for place in range(len(items))]
    items["content_type_key"] = [c if m != "none" else None for c, m in zip(content, items["media_type"], strict=True)]
    pool = pd.DataFrame(
        {
            "caption_hash": items["caption_hash"],
            "caption_text": items["caption_text"],
            "char_length": lengths,
            "caption_type": [settings().send_type[key].caption_types[0] for key in items["send_type_key"]],
            "content_type_key": content,
            "style": items["style"].fillna(items["parent_item_id"].map(_styles(items))).fillna("solo"),
        }
    )
    kinds = sorted({kind for row in settings().send_types for kind in row.caption_types})
    spare_texts = [_text(f"spare{kind}{n}{tag}", 300) for kind in kinds for n in range(_CAPTION_TYPE_SPARES)]
    spare = pd.DataFrame(
        {
            "caption_hash": caption_hash(pd.Series(spare_texts, dtype="str")),
            "caption_text": spare_texts,
            "char_length": 300,
            "caption_type": [kind for kind in kinds for _ in range(_CAPTION_TYPE_SPARES)],
            "content_type_key": "solo",
            "style": [STYLES[n % 4] for _ in kinds for n in range(_CAPTION_TYPE_SPARES)],
        }
    )
    pool = pd.concat([pool, spare], ignore_index=True).drop_duplicates("caption_hash", ignore_index=True)
    features = pool[["caption_hash", "style"]].assign(
        emoji_count=2, emoji_share=0.01, tone="playful", slang_level="light", energy=8, structure_score=0.75
    )
    features["structure_missing"] = "[]"
    features["rules_version"] = "test"
    pool = pool.drop(columns="style").assign(
        caption_id=pool["caption_hash"].str[:12],
        plain_text=pool["caption_text"],
        length_bucket="250-449",
        caption_type_confidence=1.0,
        content_type_confidence=0.9,
        is_paid_page_only=False,
        is_active=True,
    )
    return items, pool, features


def _styles(items: pd.DataFrame) -> dict[str, str]:
    return dict(zip(items["item_id"], items["style"], strict=True))


def _text(word: str, size: int) -> str:
    own = word.translate(str.maketrans("0123456789", "aeiouklmnr"))  # texts that differ in numbers alone read alike
    return (own + " hello lovely people " + own * size)[: size - 1] + "!"


def reference(
    *,
    flags: tuple[str, ...] = BUILT_FLAGS,
    creator: dict[str, Any] | None = None,
    health: dict[str, Any] | None = None,
    monday: pd.Timestamp = MONDAY,
    zone: str = "America/Los_Angeles",
) -> Reference:
    """A reference of one creator-week that keeps every rule, unless told otherwise."""
    return _reference(flags, tuple((creator or {}).items()), tuple((health or {}).items()), monday, zone)


@cache
def _with_flags(flags: tuple[str, ...]) -> Settings:
    return settings().with_flags(**{name: name in flags for name in BUILT_FLAGS})


@cache
def _reference(
    flags: tuple[str, ...],
    creator: tuple[tuple[str, Any], ...],
    health: tuple[tuple[str, Any], ...],
    monday: pd.Timestamp,
    zone: str,
) -> Reference:
    items = week_items(monday=monday, zone=zone)
    items, pool, features = captioned(items, tag=f"{monday:%m%d}")
    facts = {
        "creator_id": "c1",
        "page_name": "sunny_page",
        "page_type": "paid",
        "is_active": True,
        "timezone": zone,
        "current_active_fans": 2000,
        "content_category": "softcore",
        "sub_type": "gfe",
        "default_ppv_price": 15.0,
    } | dict(creator)
    state = {
        "as_of_date": monday - pd.Timedelta(days=2),
        "creator_id": facts["creator_id"],
        "page_name": facts["page_name"],
        "page_type": facts["page_type"],
        "fan_count": facts["current_active_fans"],
        "volume_tier": "MID",
        "confidence": 1.0,
        "data_age_days": 1,
        "is_new": False,
        # 4 revenue sends × 0.8 are 3 a day; a tired ppv_unlock then lowers 17 messages to 14.
        **{f"{score}_{days}d": 60.0 for score in ("saturation", "opportunity") for days in (7, 14, 30)},
    } | dict(health)
    tired = {
        "as_of_date": monday - pd.Timedelta(days=2),
        "creator_id": facts["creator_id"],
        "send_type_key": "ppv_unlock",
        "send_count": 60,
        "uses_30d": 60,
        "falling_days": 3,
        "performance_score": 60.0,
        "performance_tier": "MID",
    }
    schedule = {
        "schedule_id": f"sched_{monday:%Y-%m-%d}_{facts['creator_id']}_v1",
        **{name: facts[name] for name in ("creator_id", "page_name", "page_type", "timezone")},
        "week_start": monday,
        "week_end": monday + pd.Timedelta(days=6),
        "version": 1,
        "status": "draft",
        "flag_set": "[]",  # never read: what is in force follows from the configuration
        "confidence": 0.9,
    }
    vault = pd.DataFrame({"creator_id": facts["creator_id"], "content_type_key": list(CONTENT), "has_content": True})

    scored = pool[["caption_hash"]].assign(
        creator_id=facts["creator_id"], week_start=monday, performance_score=60.0, freshness=100.0
    )

    def table(contract: frames.Table, data: Any) -> pd.DataFrame:
        frame = pd.DataFrame([data] if isinstance(data, dict) else data)
        return typed(frame, contract)

    return Reference(
        settings=_with_flags(flags),
        items=frames.SCHEDULE_ITEM.conform(items),
        schedules=table(frames.SCHEDULE, schedule),
        creators=table(frames.RAW_CREATORS, facts),
        roster=table(frames.RAW_CREATORS, facts),
        vault=table(frames.RAW_VAULT, vault),
        captions=table(frames.POOL_CAPTIONS, pool),
        features=table(frames.CAPTION_FEATURES, features),
        health=table(frames.CREATOR_HEALTH, state).assign(week_start=monday.as_unit("us")),
        send_type_performance=table(frames.SEND_TYPE_PERFORMANCE, tired).assign(week_start=monday.as_unit("us")),
        content_type_performance=frames.CONTENT_TYPE_PERFORMANCE.empty().assign(
            week_start=pd.Series(dtype="datetime64[us]")
        ),
        recent_sends=frames.FCT_SENDS.empty(),
        past_items=frames.SCHEDULE_ITEM.empty(),
        candidates=table(CANDIDATES, scored),
    )


def changed(base: Reference, where: Callable[[pd.DataFrame], Any], **values: Any) -> Reference:
    """``base`` with columns of some items set; a value may be a function of the rows."""
    items = base.items.copy()
    rows = where(items)
    for name, value in values.items():
        items.loc[rows, name] = value(items.loc[rows]) if callable(value) else value
    return replace(base, items=items)


def moved(base: Reference, item: str, local: str) -> Reference:
    """``base`` with one item at another local time of its week, everything else of it kept true."""
    items = base.items.copy()
    row = items["item_id"] == item
    zone = base.creators["timezone"].iloc[0]
    when = pd.Timestamp(local)
    at = (
        when.tz_localize(ZoneInfo(zone), nonexistent="shift_forward", ambiguous=True)
        .tz_convert("UTC")
        .tz_localize(None)
    )
    shift = at - items.loc[row, "scheduled_at"].iloc[0]
    items.loc[row, "scheduled_date"] = when.normalize()
    items.loc[row, "scheduled_time"] = f"{when:%H:%M}"
    items.loc[row, "weekday"] = when.weekday()
    items.loc[row, "scheduled_at"] = at
    items.loc[row, "expires_at"] = items.loc[row, "expires_at"] + shift
    return replace(base, items=items)


def item_id(base: Reference, send_type: str, day: int = 0, which: int = 0) -> str:
    """Id of the ``which``-th item of a type on a day of the week."""
    items = base.items[(base.items["send_type_key"] == send_type) & (base.items["weekday"] == day)]
    return str(items.sort_values("scheduled_at")["item_id"].iloc[which])


def found(base: Reference, gap: str) -> pd.DataFrame:
    """Findings of one rule that are more than information, flags aside."""
    findings = rule(gap).check(base)
    return findings[findings["level"] != "info"]


def said(base: Reference, gap: str, phrase: str) -> pd.DataFrame:
    """Findings of one rule whose message holds ``phrase``; there must be some."""
    findings = rule(gap).check(base)
    hits = findings[findings["message"].str.contains(phrase, regex=False)]
    assert len(hits), f"{gap} says nothing of “{phrase}”: {findings['message'].tolist()}"
    return hits


def of_type(key: str, day: int | None = None) -> Callable[[pd.DataFrame], pd.Series]:
    """Rows of a send type, on one weekday or all."""
    return lambda items: (items["send_type_key"] == key) & ((items["weekday"] == day) if day is not None else True)


def without(base: Reference, where: Callable[[pd.DataFrame], Any]) -> Reference:
    """``base`` without some items."""
    return replace(base, items=base.items[~where(base.items)].reset_index(drop=True))


def performance(base: Reference, table: str, **columns: Any) -> Reference:
    """``base`` with rows of an as-of table for its creator and week."""
    contract = frames.AS_OF_TABLES[table]
    rows = pd.DataFrame(columns).assign(creator_id="c1", as_of_date=MONDAY - pd.Timedelta(days=2))
    week = base.items["week_start"].iloc[0]
    return replace(base, **{table: typed(rows, contract).assign(week_start=week)})


def following(base: Reference, past: pd.DataFrame) -> Reference:
    """``base`` after the week ``past``, whose captions the pool knows in the styles its items name."""
    features = pd.DataFrame({"caption_hash": past["caption_hash"], "style": past["style"]}).dropna()
    kept = base.features[~base.features["caption_hash"].isin(features["caption_hash"])]
    features = pd.concat([kept, typed(features, frames.CAPTION_FEATURES)], ignore_index=True)
    return replace(base, past_items=past, features=features)


def styled(base: Reference, styles: pd.Series) -> Reference:
    """``base`` whose items (by id) have captions of the given styles, and say so."""
    hashes = base.items.set_index("item_id")["caption_hash"]
    by_hash = dict(zip(hashes[styles.index], styles, strict=True))
    features = base.features.assign(style=base.features["caption_hash"].map(by_hash).fillna(base.features["style"]))
    return changed(
        replace(base, features=features),
        lambda i: i["item_id"].isin(styles.index),
        style=lambda i: i["item_id"].map(styles),
    )


def week_before(**changes: Any) -> pd.DataFrame:
    """The items of the week before, captioned differently."""
    return frames.SCHEDULE_ITEM.conform(_before().assign(**changes))


@cache
def _before() -> pd.DataFrame:
    return captioned(week_items(monday=MONDAY - pd.Timedelta(days=7)), tag="before")[0]
