"""How what the stages decide becomes columns: one home for stage tables and items.

Each function turns one record into columns under the names of the contracts; a table takes those it has. Where two
records have a column of one name (``relaxations``, ``style``), the one that is put in last holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.records import Aimed, Analysis, Filled, Followup, Slot, Timed
from eros_assets.settings import SendType

Columns = dict[str, Any]


def stage_rows(
    week: CreatorWeek,
    analysis: Analysis,
    filled: Sequence[Filled],
    aimed: Mapping[str, Aimed],
    followups: Sequence[Followup],
) -> dict[str, list[Columns]]:
    """Rows of one creator in each of the stage tables, by table name."""
    key = {"week_start": week.week_start, "creator_id": week.creator_id}
    slots = [(item, {**key, "slot_id": item.timed.slot.slot_id}) for item in filled]
    return {
        "performance_analysis": [{**key, **analysis.row}],
        "send_type_allocation": [{**own, **slot_columns(week, item.timed.slot)} for item, own in slots],
        "send_times": [{**own, **time_columns(week, item.timed)} for item, own in slots],
        "caption_selection": [
            {**own, **text_columns(week, item.caption, item.level), **choice_columns(item)} for item, own in slots
        ],
        "audience_targets": [{**own, **audience_columns(aimed[item.timed.slot.slot_id])} for item, own in slots],
        "followups": [{**key, **followup_columns(week, followup)} for followup in followups],
    }


def send_columns(week: CreatorWeek, kind: SendType, local: datetime, utc: datetime) -> Columns:
    """What every item says about itself, a followup too."""
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


def slot_columns(week: CreatorWeek, slot: Slot) -> Columns:
    """Stage 2: what is sent."""
    return {
        "scheduled_date": week.days[slot.day],
        "slot_order": slot.order,
        "send_type_key": slot.key,
        "category": slot.category,
        "strategy": slot.strategy,
        "flavor": slot.flavor,
        "structure": slot.structure,
        "style": slot.style,
        "campaign_kind": slot.campaign_kind,
        "is_forced": slot.is_forced,
        "relaxations": sentences(slot.relaxations),
    }


def time_columns(week: CreatorWeek, timed: Timed) -> Columns:
    """Stage 3: when."""
    return {
        "scheduled_local": timed.local,
        "scheduled_at": timed.utc,
        "timezone": week.zone_name,
        "slot_score": timed.slot_score,
        "is_prime": timed.is_prime,
        "jitter_minutes": timed.jitter,
        "expires_at": timed.expires_at,
        "drip_window_id": timed.drip_window_id,
        "linked_slot_id": timed.linked_slot_id,
        "linked_item_id": timed.linked_item_id,
        "timing_reason": json.dumps(timed.reason, sort_keys=True),
    }


def text_columns(week: CreatorWeek, position: int, level: int) -> Columns:
    """The text of a slot or followup, taken at a step of the fallback ladder."""
    if position == NO_CAPTION:
        return {"needs_caption": True, "fallback_level": level, "style": None, "score_parts": None}
    candidates = week.candidates
    return {
        "needs_caption": False,
        "fallback_level": level,
        "caption_id": candidates.ids[position],
        "caption_hash": candidates.hashes[position],
        "caption_text": candidates.texts[position],
        "char_length": int(candidates.length[position]),
        "style": candidates.style[position],
        "score_parts": candidates.score_parts[position],
        "freshness": float(candidates.freshness[position]),
        "structure_score": float(candidates.structure_score[position]),
    }


def choice_columns(item: Filled) -> Columns:
    """Stage 4 but the text itself: what it is worth, what it costs, and why it was chosen."""
    return {
        "content_type_key": item.content_type,
        "eros_score": item.eros_score,
        "value": item.value,
        "expected_revenue": item.expected,
        "expected_revenue_low": item.low,
        "expected_revenue_high": item.high,
        "price": item.price,
        "price_reason": item.price_reason,
        "goal_amount": item.goal,
        "tip_goal_mode": item.goal_mode,
        "is_exploration": item.is_exploration,
        "runners_up": json.dumps(list(item.runners_up), ensure_ascii=False),
        "relaxations": sentences(item.relaxations),
        "explanation": json.dumps(item.explanation, sort_keys=True, ensure_ascii=False),
    }


def audience_columns(aimed: Aimed) -> Columns:
    """Stage 5: to whom."""
    return {
        "channel_key": aimed.channel,
        "target_key": aimed.target,
        "expected_recipients": aimed.recipients,
        "target_reason": aimed.reason,
        "relaxations": sentences(aimed.relaxations),
    }


def followup_columns(week: CreatorWeek, followup: Followup) -> Columns:
    """Stage 6: the second message."""
    return {
        **text_columns(week, followup.caption, followup.level),
        "slot_id": followup.slot_id,
        "parent_slot_id": followup.parent.timed.slot.slot_id,
        "priority": followup.priority,
        "delay_minutes": followup.delay,
        "scheduled_local": followup.local,
        "scheduled_at": followup.utc,
        "parent_style": followup.parent_style,
        "expected_revenue": 0.0,  # what it brings is booked on the parent it sells
        "expected_recipients": followup.recipients,
        "target_key": followup.target,
        "channel_key": followup.channel,
        "relaxations": sentences(followup.relaxations),
    }


def sentences(relaxations: Sequence[str]) -> str:
    """JSON list of sentences about what was relaxed."""
    return json.dumps(list(relaxations), ensure_ascii=False)
