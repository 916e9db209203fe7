"""Stage 7: one schedule row and its items, sorted by time, with stable ids.

Nothing is decided here but the pins [1.6], which need the whole week's posts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain.stable_hash import stable_hash
from eros_assets.planning.stages.followup_generator import parent_style
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import NO_CAPTION_LEVEL
from eros_assets.planning.week.records import Aimed, Analysis, Filled, Followup
from eros_assets.planning.week.value import Z80
from eros_assets.settings import SendType

ALGORITHM_VERSION = "1"


@dataclass(frozen=True)
class Proof:
    """Value of the plan and what no plan under the same limits can exceed, in dollars."""

    objective: float
    bound: float | None


@dataclass(frozen=True)
class Assembled:
    """One creator-week: a SCHEDULE row without verdict and its SCHEDULE_ITEM rows, by time."""

    schedule: dict[str, Any]
    items: list[dict[str, Any]]


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
    rows = [_item(week, item, aimed[item.timed.slot.slot_id]) for item in filled if item.timed.slot.slot_id in aimed]
    rows += [_followup_item(week, item) for item in followups]
    _pin(week, rows)
    locked = [_locked(row) for row in week.locked_items.to_dict("records")] if len(week.locked_items) else []
    rows = sorted(rows + locked, key=lambda row: (row["scheduled_at"], row["_slot"]))
    orders: dict[Any, int] = {}
    for row in rows:
        orders[row["scheduled_date"]] = row["slot_order"] = orders.get(row["scheduled_date"], 0) + 1
    content_hash = _content_hash(rows)
    version = 1 if stored is None else stored[0] if stored[1] == content_hash else stored[0] + 1
    schedule_id = f"sched_{week.week_start.isoformat()}_{week.creator_id}_v{version}"
    _name(week, rows, schedule_id)
    schedule = _schedule(week, analysis, rows, notes, proof, data_snapshot)
    schedule |= {"schedule_id": schedule_id, "version": version, "content_hash": content_hash}
    return Assembled(schedule, [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows])


# -- items ------------------------------------------------------------------------------------------


def _common(week: CreatorWeek, kind: SendType, local: datetime, utc: datetime) -> dict[str, Any]:
    return {
        "creator_id": week.creator_id,
        "week_start": week.week_start,
        "scheduled_date": local.date(),
        "scheduled_time": local.strftime("%H:%M"),
        "scheduled_at": utc,
        "weekday": local.weekday(),
        "send_type_key": kind.key,
        "category": kind.category,
        "label": kind.label,
        "performance_tier": week.send_type_tier(kind.key),
        "status": "pending",
        "pin_at": None,
        "unpin_at": None,
    }


def _caption(week: CreatorWeek, position: int) -> dict[str, Any]:
    candidates = week.candidates
    if position < 0:
        return {"needs_caption": True, "fallback_level": NO_CAPTION_LEVEL}
    return {
        "needs_caption": False,
        "caption_id": candidates.ids[position],
        "caption_hash": candidates.hashes[position],
        "caption_text": candidates.texts[position],
        "char_length": int(candidates.length[position]),
        "structure_score": float(candidates.structure_score[position]),
        "freshness": float(candidates.freshness[position]),
    }


def _item(week: CreatorWeek, item: Filled, aim: Aimed) -> dict[str, Any]:
    timed, slot = item.timed, item.timed.slot
    kind = week.settings.send_type[slot.key]
    candidates = week.candidates
    relaxations = [*slot.relaxations, *timed.relaxations, *item.relaxations, *aim.relaxations]
    explanation = {
        "slot": {"campaign": slot.campaign_kind, "is_forced": slot.is_forced, "strategy": slot.strategy},
        "timing": timed.reason,
        "caption": item.explanation,
        "price": item.price_reason,
        "audience": aim.reason,
    }
    return {
        **_common(week, kind, timed.local, timed.utc),
        **_caption(week, item.caption),
        "fallback_level": item.level,
        "channel_key": aim.channel,
        "target_key": aim.target,
        "content_type_key": item.content_type,
        "media_type": "none" if kind.media == "none" else kind.media_kinds[0],
        "flyer_required": kind.flyer["paid" if week.page_type == "paid" else "free"] == "needed",
        "price": item.price,
        "price_reason": item.price_reason,
        "goal_amount": item.goal,
        "tip_goal_mode": item.goal_mode,
        "is_followup": False,
        "expires_at": timed.expires_at,
        "drip_window_id": timed.drip_window_id,
        "structure": slot.structure,
        "style": (slot.style or (candidates.style[item.caption] if item.caption >= 0 else None))
        if kind.is_ppv
        else None,
        "flavor": slot.flavor,
        "strategy": slot.strategy,
        "eros_score": item.eros_score,
        "score_parts": candidates.score_parts[item.caption] if item.caption >= 0 else None,
        "expected_revenue": item.expected,
        "expected_revenue_low": item.low,
        "expected_revenue_high": item.high,
        "expected_recipients": aim.recipients,
        "slot_score": timed.slot_score,
        "is_prime": timed.is_prime,
        "is_exploration": item.is_exploration,
        "relaxations": json.dumps(relaxations, ensure_ascii=False),
        "explanation": json.dumps(explanation, ensure_ascii=False, sort_keys=True),
        "runners_up": json.dumps(list(item.runners_up), ensure_ascii=False),
        "notes": _note(kind, slot.campaign_kind, candidates.texts[item.caption] if item.caption >= 0 else ""),
        "_slot": slot.slot_id,
        "_parent": None,
        "_linked": timed.linked_slot_id,
        "linked_item_id": timed.linked_item_id,
    }


def _note(kind: SendType, campaign: str | None, text: str) -> str | None:
    """What the person who queues the item must add."""
    if kind.is_campaign_link:
        return "put the linked post's own link in place of the one in the text" if "http" in text else "add the link"
    if kind.key == "game_post":
        return f"game: {campaign}"
    return "add the page's auto-renew link" if kind.link and kind.category == "retention" else None


def _followup_item(week: CreatorWeek, item: Followup) -> dict[str, Any]:
    kind = week.settings.send_type["ppv_followup"]
    slot = item.parent.timed.slot
    style = parent_style(week, item.parent)
    explanation = {
        "parent_priority": item.priority,
        "delay_minutes": item.delay,
        "parent_style": style,
        "audience": "opened the parent and did not buy",
    }
    return {
        **_common(week, kind, item.local, item.utc),
        **_caption(week, item.caption),
        "fallback_level": item.level,
        "channel_key": item.channel,
        "target_key": item.target,
        "media_type": "none",
        "flyer_required": False,
        "is_followup": True,
        "delay_minutes": item.delay,
        "style": week.candidates.style[item.caption] if item.caption >= 0 else None,
        "flavor": slot.flavor,
        "strategy": slot.strategy,
        "eros_score": float(week.candidates.eros_score[item.caption]) if item.caption >= 0 else None,
        "score_parts": week.candidates.score_parts[item.caption] if item.caption >= 0 else None,
        "expected_revenue": 0.0,  # what it brings is booked on the parent it sells
        "expected_revenue_low": 0.0,
        "expected_revenue_high": 0.0,
        "expected_recipients": item.recipients,
        "slot_score": item.parent.timed.slot_score,
        "is_prime": item.local.hour in week.prime_hours(slot.day),
        "is_exploration": False,
        "relaxations": json.dumps(list(item.relaxations), ensure_ascii=False),
        "explanation": json.dumps(explanation, ensure_ascii=False, sort_keys=True),
        "runners_up": "[]",
        "_slot": item.slot_id,
        "_parent": slot.slot_id,
        "_linked": None,
        "linked_item_id": None,
    }


def _locked(row: Any) -> dict[str, Any]:
    """An item already queued or sent: kept as it stands, id included."""
    known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    for name in ("scheduled_date", "week_start"):
        known[name] = known[name].date()
    for name in ("scheduled_at", "expires_at", "pin_at", "unpin_at"):
        known[name] = known[name].to_pydatetime() if known[name] is not None else None
    return {**known, "_slot": f"locked:{known['item_id']}", "_parent": None, "_linked": None}


def _pin(week: CreatorWeek, rows: list[dict[str, Any]]) -> None:
    """Sets ``pin_at`` and ``unpin_at`` of the wall posts worth a pin [1.6]."""
    if not week.on("TIMING_RULES"):
        return
    rule = week.settings.timing.pins
    wall = [row for row in rows if row["channel_key"] == "wall_post"]
    if not wall:
        return
    line = float(np.quantile([row["expected_revenue"] for row in wall], rule.percentile))
    pinned: list[dict[str, Any]] = []
    old = week.past_items["unpin_at"].dropna().tolist() if len(week.past_items) else []
    for row in sorted(wall, key=lambda row: (row["scheduled_at"], row["_slot"])):
        rank = week.settings.send_type[row["send_type_key"]].pin_rank
        if rank is None or row["expected_revenue"] < line:
            continue
        start = row["scheduled_at"]
        live = [other for other in pinned if other["unpin_at"] > start]
        carried = sum(stamp > start for stamp in old)
        if len(live) + carried >= rule.max:
            weakest = min(live, key=_pin_worth(week), default=None)
            if weakest is None or _pin_worth(week)(weakest) >= _pin_worth(week)(row):
                continue
            weakest["unpin_at"] = start
        end = start + timedelta(hours=rule.hours)
        row["pin_at"], row["unpin_at"] = start, min(end, row["expires_at"] or end)
        pinned.append(row)


def _pin_worth(week: CreatorWeek) -> Any:
    """Order of pins: expected revenue, then the type's rank."""

    def worth(row: dict[str, Any]) -> tuple[float, int, str]:
        return row["expected_revenue"], week.settings.send_type[row["send_type_key"]].pin_rank or 0, row["_slot"]

    return worth


def _content_hash(rows: Sequence[dict[str, Any]]) -> str:
    """Hash of the items without ids: equal hash, equal plan."""
    hidden = ("item_id", "schedule_id", "parent_item_id", "status")
    plain = [{name: value for name, value in row.items() if name not in hidden} for row in rows]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _name(week: CreatorWeek, rows: list[dict[str, Any]], schedule_id: str) -> None:
    """Item ids, and the references between items by them."""
    ids: dict[str, str] = {}
    taken = {row.get("item_id") for row in rows}
    for row in rows:
        parts = [schedule_id, row["scheduled_date"], row["slot_order"], row["send_type_key"]]
        # A locked item of an earlier plan may stand under the same name.
        while (own := f"{stable_hash(*parts):016x}") in taken:
            parts.append("again")
        row["item_id"] = ids[row["_slot"]] = row.get("item_id") or own
        row["schedule_id"] = schedule_id
    for row in rows:
        if row["_parent"] is not None:
            row["parent_item_id"] = ids[row["_parent"]]
        if row["_linked"] is not None:
            row["linked_item_id"] = ids[row["_linked"]]


# -- the schedule's row --------------------------------------------------------------------------------


def _schedule(
    week: CreatorWeek,
    analysis: Analysis,
    rows: Sequence[dict[str, Any]],
    notes: Sequence[str],
    proof: Proof,
    data_snapshot: str,
) -> dict[str, Any]:
    kinds = week.settings.send_type
    keys = [row["send_type_key"] for row in rows]
    captioned = sum(not row["needs_caption"] for row in rows)
    selling = [
        row["char_length"] for row in rows if not row["needs_caption"] and kinds[row["send_type_key"]].is_selling
    ]
    low, high = week.settings.scoring.optimal_length
    expected = sum(row["expected_revenue"] for row in rows)
    widths = [(row["expected_revenue_high"] or 0.0) - (row["expected_revenue_low"] or 0.0) for row in rows]
    spread = Z80 * float(np.sqrt(sum((width / (2 * Z80)) ** 2 for width in widths)))
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
        "item_count": len(rows),
        "ppv_count": sum(kinds[key].is_ppv for key in keys),
        "bump_count": sum(kinds[key].is_bump for key in keys),
        "followup_count": sum(bool(row["is_followup"]) for row in rows),
        "unique_types": len(set(keys)),
        **{
            f"{name}_count": sum(row["category"] == name for row in rows)
            for name in ("revenue", "engagement", "retention")
        },
        "expected_revenue": expected,
        "expected_revenue_low": max(expected - spread, 0.0),
        "expected_revenue_high": expected + spread,
        "optimal_length_share": float(np.mean([low <= n <= high for n in selling])) if selling else 0.0,
        "pool_used_share": min(captioned / usable, 1.0) if usable else 0.0,
        "objective": proof.objective,
        "bound": proof.bound,
        "bound_gap": 1 - proof.objective / proof.bound if proof.bound else None,
        "confidence": week.confidence,
        "volume_explanation": json.dumps(steps, ensure_ascii=False),
    }
