"""Stage 5: through which channel a slot goes, and to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.records import Aimed, Filled
from eros_assets.settings import SendType, Target

BROADEST = "all_active"


def aim(week: CreatorWeek, filled: Sequence[Filled]) -> tuple[dict[str, Aimed], list[str]]:
    """Channel and audience by slot id, and a sentence for each slot whose required audience is closed.

    Slots are aimed in order of time; an audience that is spent for the day or week yields to the
    broadest allowed one, except where a type is nothing without it: that slot is dropped.
    """
    day_use: Counter[tuple[str, int]] = Counter()
    week_use: Counter[str] = Counter()
    for target, weekday in zip(week.locked_items["target_key"], week.locked_items["weekday"], strict=True):
        day_use[target, int(weekday)] += 1
        week_use[target] += 1
    aimed: dict[str, Aimed] = {}
    notes: list[str] = []
    for item in filled:
        slot = item.timed.slot
        kind = week.settings.send_type[slot.key]
        choice = _choose(week, kind, slot.day, day_use, week_use)
        if choice is None:
            notes.append(f"{kind.key} on {week.days[slot.day]}: its audience is closed or spent: item dropped")
            continue
        channel, target, reason, relaxed = choice
        day_use[target.key, slot.day] += 1
        week_use[target.key] += 1
        aimed[slot.slot_id] = Aimed(channel, target.key, recipients(week, target), reason, relaxed)
    return aimed, notes


def recipients(week: CreatorWeek, target: Target) -> int:
    """Fans a target reaches: fan count × reach, or the count the page metrics give."""
    fans = float(week.health.get("fan_count", week.creator.get("current_active_fans") or 0))
    renewing = week.health.get("renew_on_count")
    if target.key in ("renew_on", "renew_off") and renewing is not None:
        return max(int(renewing if target.key == "renew_on" else fans - renewing), 0)
    if target.key.startswith("expired"):
        return int(week.health.get("expired_count", 0))
    return round(fans * (target.reach if target.reach is not None else 0.0))


def _channels(week: CreatorWeek, kind: SendType) -> tuple[str, ...]:
    """Channels in order of choice; the wall last for a descriptive bump, which is a campaign there [4.3]."""
    if kind.key == "bump_descriptive" and week.on("VOLUME_TRIGGERS"):
        return tuple(sorted(kind.channels, key=lambda name: name == "wall_post"))
    return kind.channels


def _choose(
    week: CreatorWeek, kind: SendType, day: int, day_use: Counter[tuple[str, int]], week_use: Counter[str]
) -> tuple[str, Target, str, tuple[str, ...]] | None:
    targets = {row.key: row for row in week.settings.audiences.targets}
    wanted = list(kind.targets)
    unsure = week.confidence < week.settings.volume.confidence_rows[-2].from_
    if unsure and not kind.is_target_required and BROADEST in wanted:
        wanted = [BROADEST, *(key for key in wanted if key != BROADEST)]
    if not kind.is_target_required and BROADEST not in wanted:
        wanted.append(BROADEST)
    for number, key in enumerate(wanted):
        target = targets[key]
        channel = next((name for name in _channels(week, kind) if name in target.channels), None)
        closed = channel is None or not (target.page == "both" or week.page_type == "paid")
        spent = (target.max_per_day is not None and day_use[key, day] >= target.max_per_day) or (
            target.max_per_week is not None and week_use[key] >= target.max_per_week
        )
        if closed or spent or channel is None:
            continue
        first = kind.targets[0]
        reason = f"{'first' if channel == kind.channels[0] else 'accepted'} channel of {kind.key}, {target.filter}"
        if key == first:
            return channel, target, reason, ()
        if unsure and key == BROADEST:
            return channel, target, f"{reason}; confidence {week.confidence:g}: broadest audience", ()
        return channel, target, reason, (f"audience {wanted[0] if number else first} closed or spent: {key} instead",)
    return None
