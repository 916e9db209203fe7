"""Items with everything rules ask of an item: readable times, its send type's row, its caption's facts.

Belongs here: how a stored item becomes a row that rules can compare, the creator's line of time, and counts per
day and week. What is known of captions stands in :mod:`eros_assets.rules.caption_bank`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import char_length
from eros_assets.rules.columns import CATEGORIES, KEY, numbers, truths, words
from eros_assets.settings import Settings

_NEVER_SENT = ("skipped", "expired", "cancelled")
_TEXTS = (
    *("schedule_id", "item_id", "send_type_key", "category", "channel_key", "target_key", "caption_hash"),
    *("caption_text", "content_type_key", "media_type", "parent_item_id", "linked_item_id", "linked_post_url"),
    *("scheduled_time", "style", "drip_set_id", "tip_goal_mode", "score_parts"),
)


def live(items: pd.DataFrame) -> pd.DataFrame:
    """Items that were or will be sent: not skipped, expired or cancelled."""
    return items[~words(items["status"]).isin(_NEVER_SENT)]


def send_type_table(settings: Settings) -> pd.DataFrame:
    """The send types as a frame, one row per send type, sorted as configured.

    ``true_category`` is that of the configuration, whatever an item says of itself.
    """
    names = [
        *("key", "page", "media", "money", "link", "expires_hours", "max_per_day", "max_per_week"),
        *("hours_between", "is_bump", "is_campaign", "pin_rank", "weekly_floor", "sort", "followup"),
    ]
    frame = pd.DataFrame([{name: getattr(row, name) for name in names} for row in settings.send_types])
    frame["true_category"] = [row.category for row in settings.send_types]
    for name in ("is_ppv", "is_sold", "is_selling"):
        frame[name] = [getattr(row, name) for row in settings.send_types]
    frame["flyer_paid"] = [row.flyer["paid"] for row in settings.send_types]
    frame["flyer_free"] = [row.flyer["free"] for row in settings.send_types]
    return frame.rename(columns={"key": "send_type_key"}).sort_values("sort", kind="stable", ignore_index=True)


def prepared(items: pd.DataFrame, send_types: pd.DataFrame, caption_facts: pd.DataFrame) -> pd.DataFrame:
    """``items`` in order of creator, week and time, with the columns that :attr:`Reference.slots` names.

    Joined are the columns of ``send_types`` (see :func:`send_type_table`) by type and those of ``caption_facts``
    (see :func:`eros_assets.rules.caption_bank.caption_facts`) by hash.
    """
    out = items.assign(
        **{name: words(items[name]) for name in _TEXTS},
        date=items["scheduled_date"],
        at=items["scheduled_at"],
        needs_caption=truths(items["needs_caption"]),
        price=numbers(items["price"]),
        goal_amount=numbers(items["goal_amount"]),
        expected_revenue=numbers(items["expected_revenue"]),
        slot_order=numbers(items["slot_order"]),
    )
    clock = out["scheduled_time"].str.extract(r"^([01]\d|2[0-3]):([0-5]\d)$").astype(float)
    out["minute"] = clock[0] * 60 + clock[1]
    out["hour"] = clock[0]
    believable = out["date"].dt.year.between(1970, 2200)
    out["local"] = out["date"].where(believable) + pd.to_timedelta(out["minute"], unit="m")
    out["at"] = out["at"].where(out["at"].dt.year.between(1970, 2200))
    out["chars"] = numbers(char_length(out["caption_text"]))
    out["has_caption"] = ~out["needs_caption"] & (out["chars"] > 0)
    out = out.merge(send_types, on="send_type_key", how="left")
    out["is_known_type"] = out["true_category"].notna()
    out["true_category"] = words(out["true_category"]).where(out["is_known_type"], out["category"])
    for name in ("is_bump", "is_ppv", "is_sold", "is_selling", "is_campaign", "link"):
        out[name] = truths(out[name])
    out["is_followup"] = truths(out["is_followup"]) | (out["send_type_key"] == "ppv_followup")
    out = out.merge(caption_facts, on="caption_hash", how="left")
    for name in ("caption_type", "caption_content", "caption_style", "game_kind", "twin"):
        out[name] = words(out[name])
    out["twin"] = out["twin"].where(out["twin"] != "", out["caption_hash"])
    order = ["creator_id", "week_start", "at", "slot_order", "item_id"]
    return out.sort_values(order, kind="stable", ignore_index=True)


def timeline(slots: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """``slots`` (``is_current``) and the prepared items of earlier weeks, per creator in order of time.

    Rows without a usable time are left out.
    """
    both = pd.concat([past.assign(is_current=False), slots.assign(is_current=True)], ignore_index=True)
    both = both[both["at"].notna()]
    order = ["creator_id", "at", "slot_order", "item_id"]
    return both.sort_values(order, kind="stable", ignore_index=True)


def days_of(weeks: pd.DataFrame) -> pd.DataFrame:
    """Seven rows per row of ``weeks``, its columns and ``date``, Monday first."""
    days = weeks.loc[weeks.index.repeat(7)].reset_index(drop=True)
    days["date"] = days["week_start"] + pd.to_timedelta(np.tile(np.arange(7), len(weeks)), unit="D")
    return days


def counted(grid: pd.DataFrame, scope: list[str], slots: pd.DataFrame) -> pd.DataFrame:
    """``grid`` with the number of ``slots`` per ``scope`` (columns of both), 0 where there are none.

    Counts: ppv, bumps, followups, parents (items that may have a followup by default), revenue, engagement and
    retention (these three without followups), items (all).
    """
    plain = ~slots["is_followup"]
    counts = {
        "items": plain | True,
        "ppv": slots["is_ppv"],
        "bumps": slots["is_bump"],
        "followups": slots["is_followup"],
        "parents": slots["followup"] == "default",
        **{name: plain & (slots["true_category"] == name) for name in CATEGORIES},
    }
    marks = slots[scope].assign(**counts).groupby(scope, as_index=False)[list(counts)].sum()
    out = grid.merge(marks, on=scope, how="left")
    out[list(counts)] = out[list(counts)].fillna(0).astype(int)
    return out


def past_of(past_items: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Live items of earlier plans that belong to none of the creator-weeks under judgement."""
    past = live(past_items)
    judged = pd.MultiIndex.from_frame(weeks[KEY])
    return past[~pd.MultiIndex.from_frame(past[KEY]).isin(judged)]
