"""Stage 7: one schedule row and its items, sorted by time, with stable ids.

Nothing is decided here but the pins [1.6], which need the whole week's posts.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain.stable_hash import stable_hash
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.columns import (
    audience_columns,
    choice_columns,
    followup_columns,
    send_columns,
    sentences,
    slot_columns,
    text_columns,
    time_columns,
)
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.records import Aimed, Analysis, Filled, Followup, Item
from eros_assets.planning.week.spacing import WALL
from eros_assets.planning.week.value import INTERVAL_Z
from eros_assets.settings import SendType

ALGORITHM_VERSION = "1"


@dataclass(frozen=True)
class Proof:
    """Value of the plan and what no plan under the same limits can exceed, in dollars."""

    objective: float
    bound: float | None


@dataclass(frozen=True)
class Assembled:
    """One creator-week: a SCHEDULE row without verdict and its items, by time."""

    schedule: dict[str, Any]
    items: list[Item]


def assemble(
    week: CreatorWeek,
    analysis: Analysis,
    filled: Sequence[Filled],
    aimed: dict[str, Aimed],
    followups: Sequence[Followup],
    notes: Sequence[str],
    proof: Proof,
    data_snapshot: str,
    stored: tuple[int, str] | None,
) -> Assembled:
    """The schedule of the week; a plan with the stored content hash keeps the stored version."""
    made = [_item(week, item, aimed[item.timed.slot.slot_id]) for item in filled if item.timed.slot.slot_id in aimed]
    made += [_followup_item(week, item) for item in followups]
    locked = [_locked(row) for row in week.locked_items.to_dict("records")] if len(week.locked_items) else []
    items = _in_order([*_pinned(week, made), *locked])
    content_hash = _content_hash(items)
    version = 1 if stored is None else stored[0] if stored[1] == content_hash else stored[0] + 1
    schedule_id = f"sched_{week.week_start.isoformat()}_{week.creator_id}_v{version}"
    items = _named(items, schedule_id)
    schedule = _schedule(week, analysis, items, notes, proof, data_snapshot)
    schedule |= {"schedule_id": schedule_id, "version": version, "content_hash": content_hash}
    return Assembled(schedule, items)


# -- items ------------------------------------------------------------------------------------------


def _item(week: CreatorWeek, item: Filled, aim: Aimed) -> Item:
    timed, slot = item.timed, item.timed.slot
    kind = week.settings.send_type[slot.key]
    text = text_columns(week, item.caption, item.level)
    explanation = {
        "slot": {"campaign": slot.campaign_kind, "is_forced": slot.is_forced, "strategy": slot.strategy},
        "timing": timed.reason,
        "caption": item.explanation,
        "price": item.price_reason,
        "audience": aim.reason,
    }
    columns = {
        **slot_columns(week, slot),
        **time_columns(week, timed),
        **text,
        **choice_columns(item),
        **audience_columns(aim),
        **send_columns(week, kind, timed.local, timed.utc),
        "media_type": "none" if kind.media == "none" else kind.media_kinds[0],
        "flyer_required": kind.flyer[week.page_type] == "needed",
        "is_followup": False,
        "style": (slot.style or text["style"]) if kind.is_ppv else None,
        "relaxations": sentences([*slot.relaxations, *timed.relaxations, *item.relaxations, *aim.relaxations]),
        "explanation": json.dumps(explanation, ensure_ascii=False, sort_keys=True),
        "notes": _note(kind, slot.campaign_kind, text.get("caption_text", "")),
    }
    return Item.of(columns, slot.slot_id, linked=timed.linked_slot_id)


def _note(kind: SendType, campaign: str | None, text: str) -> str | None:
    """What the person who queues the item must add."""
    if kind.is_campaign_link:
        return "put the linked post's own link in place of the one in the text" if "http" in text else "add the link"
    if kind.key == "game_post":
        return f"game: {campaign}"
    return "add the page's auto-renew link" if kind.link and kind.category == "retention" else None


def _followup_item(week: CreatorWeek, item: Followup) -> Item:
    kind = week.settings.send_type["ppv_followup"]
    slot, is_filled = item.parent.timed.slot, item.caption != NO_CAPTION
    explanation = {
        "parent_priority": item.priority,
        "delay_minutes": item.delay,
        "parent_style": item.parent_style,
        "audience": "opened the parent and did not buy",
    }
    columns = {
        **followup_columns(week, item),
        **send_columns(week, kind, item.local, item.utc),
        "media_type": "none",
        "flyer_required": False,
        "is_followup": True,
        "flavor": slot.flavor,
        "strategy": slot.strategy,
        "eros_score": float(week.candidates.eros_score[item.caption]) if is_filled else None,
        "expected_revenue_low": 0.0,
        "expected_revenue_high": 0.0,
        "slot_score": item.parent.timed.slot_score,
        "is_prime": item.local.hour in week.prime_hours(slot.day),
        "is_exploration": False,
        "explanation": json.dumps(explanation, ensure_ascii=False, sort_keys=True),
        "runners_up": "[]",
        "linked_item_id": None,
    }
    return Item.of(columns, item.slot_id, parent=slot.slot_id)


def _locked(row: Mapping[Hashable, Any]) -> Item:
    """An item already queued or sent: kept as it stands, id included."""
    known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    for name in ("scheduled_date", "week_start"):
        known[name] = known[name].date()
    for name in ("scheduled_at", "expires_at", "pin_at", "unpin_at"):
        known[name] = known[name].to_pydatetime() if known[name] is not None else None
    return Item.of(known, f"locked:{known['item_id']}")


def _pinned(week: CreatorWeek, items: Sequence[Item]) -> list[Item]:
    """The items with ``pin_at`` and ``unpin_at`` of the wall posts worth a pin [1.6].

    Posts are pinned from the moment they go out, as many at a time as the page shows; where there are more, one worth
    more takes the pin of the one worth least.
    """
    rule = week.settings.timing.pins
    wall = [item for item in items if item.channel_key == WALL]
    if not wall or not week.on("TIMING_RULES"):
        return list(items)
    line = float(np.quantile([item.expected_revenue for item in wall], rule.percentile))
    of_last_week = week.past_items["unpin_at"].dropna().tolist() if len(week.past_items) else []
    ends: dict[str, datetime] = {}
    worth = {item.slot_id: _pin_worth(week, item) for item in wall}
    for item in sorted(wall, key=lambda item: (item.scheduled_at, item.slot_id)):
        if week.settings.send_type[item.send_type_key].pin_rank is None or item.expected_revenue < line:
            continue
        start = item.scheduled_at
        live = [slot_id for slot_id, end in ends.items() if end > start]
        if len(live) + sum(stamp > start for stamp in of_last_week) >= rule.max:
            weakest = min(live, key=worth.__getitem__, default=None)
            if weakest is None or worth[weakest] >= worth[item.slot_id]:
                continue
            ends[weakest] = start
        end = start + timedelta(hours=rule.hours)
        ends[item.slot_id] = min(end, item.expires_at or end)
    return [
        replace(item, pin_at=item.scheduled_at, unpin_at=ends[item.slot_id]) if item.slot_id in ends else item
        for item in items
    ]


def _pin_worth(week: CreatorWeek, item: Item) -> tuple[float, int, str]:
    """What says which of two posts deserves a pin more: expected revenue, then the type's rank."""
    return item.expected_revenue, week.settings.send_type[item.send_type_key].pin_rank or 0, item.slot_id


def _in_order(items: Sequence[Item]) -> list[Item]:
    """The items by time, each with its number of the day."""
    ordered = []
    orders = Counter[date]()
    for item in sorted(items, key=lambda item: (item.scheduled_at, item.slot_id)):
        orders[item.scheduled_date] += 1
        ordered.append(replace(item, slot_order=orders[item.scheduled_date]))
    return ordered


def _content_hash(items: Sequence[Item]) -> str:
    """Hash of the items without ids: equal hash, equal plan."""
    ids = ("item_id", "schedule_id", "parent_item_id", "status")
    plain = [
        {
            **{name: getattr(item, name) for name in item.filled if name not in ids},
            "slot_order": item.slot_order,
            # Under these names since the first version: another name would be another plan.
            "_slot": item.slot_id,
            "_parent": item.parent_slot_id,
            "_linked": item.linked_slot_id,
        }
        for item in items
    ]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _named(items: Sequence[Item], schedule_id: str) -> list[Item]:
    """The items with their ids, and the references between them by these."""
    ids: dict[str | None, str] = {}
    taken = {item.item_id for item in items}
    for item in items:
        parts = [schedule_id, item.scheduled_date, item.slot_order, item.send_type_key]
        # A locked item of an earlier plan may stand under the same name.
        while (own := f"{stable_hash(*parts):016x}") in taken:
            parts.append("again")
        ids[item.slot_id] = item.item_id or own
    return [
        replace(
            item,
            item_id=ids[item.slot_id],
            schedule_id=schedule_id,
            parent_item_id=ids.get(item.parent_slot_id, item.parent_item_id),
            linked_item_id=ids.get(item.linked_slot_id, item.linked_item_id),
        )
        for item in items
    ]


# -- the schedule's row --------------------------------------------------------------------------------


def _schedule(
    week: CreatorWeek,
    analysis: Analysis,
    items: Sequence[Item],
    notes: Sequence[str],
    proof: Proof,
    data_snapshot: str,
) -> dict[str, Any]:
    kinds = week.settings.send_type
    keys = [item.send_type_key for item in items]
    captioned = sum(not item.needs_caption for item in items)
    low, high = week.settings.scoring.optimal_length
    selling = [item for item in items if not item.needs_caption and kinds[item.send_type_key].is_selling]
    is_optimal = [low <= (item.char_length or 0) <= high for item in selling]
    expected = sum(item.expected_revenue for item in items)
    widths = [(item.expected_revenue_high or 0.0) - (item.expected_revenue_low or 0.0) for item in items]
    spread = INTERVAL_Z * float(np.sqrt(sum((width / (2 * INTERVAL_Z)) ** 2 for width in widths)))
    usable = int((week.candidates.is_active).sum())
    steps = json.loads(analysis.row["volume_explanation"])
    steps += [{"step": "planning", "source": "planning", "reason": note} for note in notes]
    return {
        "creator_id": week.creator_id,
        "page_name": week.creator["page_name"],
        "page_type": week.page_type,
        "timezone": week.zone_name,
        "week_start": week.week_start,
        "week_end": week.days[-1],
        "generated_at": week.now,
        "algorithm_version": ALGORITHM_VERSION,
        "config_hash": week.settings.config_hash,
        "flag_set": analysis.row["flag_set"],
        "method": "exact" if week.is_exact else "baseline",
        "preset": week.settings.system.preset,
        "preset_changes": json.dumps(week.settings.preset_changes),
        "data_snapshot": data_snapshot,
        "seed": week.settings.system.planning.seed,
        "as_of_date": week.as_of_date,
        "item_count": len(items),
        "ppv_count": sum(kinds[key].is_ppv for key in keys),
        "bump_count": sum(kinds[key].is_bump for key in keys),
        "followup_count": sum(bool(item.is_followup) for item in items),
        "unique_types": len(set(keys)),
        **{
            f"{name}_count": sum(item.category == name for item in items)
            for name in ("revenue", "engagement", "retention")
        },
        "expected_revenue": expected,
        "expected_revenue_low": max(expected - spread, 0.0),
        "expected_revenue_high": expected + spread,
        "optimal_length_share": float(np.mean(is_optimal)) if is_optimal else 0.0,
        "pool_used_share": min(captioned / usable, 1.0) if usable else 0.0,
        "objective": proof.objective,
        "bound": proof.bound,
        "bound_gap": 1 - proof.objective / proof.bound if proof.bound else None,
        "confidence": week.confidence,
        "volume_explanation": json.dumps(steps, ensure_ascii=False),
    }
