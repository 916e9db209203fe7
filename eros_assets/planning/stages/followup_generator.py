"""Stage 6: the second message after a PPV, to those who opened and did not buy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from eros_assets.domain.stable_hash import stable_hash, stable_unit
from eros_assets.domain.volume import DAYS
from eros_assets.planning.stages.content_curator import narrowed
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import NO_CAPTION_LEVEL, NO_GRADE, UNRELAXED_LEVEL, Eligibility
from eros_assets.planning.week.records import Aimed, Analysis, Filled, Followup
from eros_assets.planning.week.spacing import DAY_MINUTES, Board, may_have_followup
from eros_assets.planning.week.used import Used
from eros_assets.settings import FollowupBand

KEY = "ppv_followup"


def follow_up(
    week: CreatorWeek,
    eligibility: Eligibility,
    analysis: Analysis,
    filled: Sequence[Filled],
    aimed: dict[str, Aimed],
    board: Board,
    used: Used,
) -> list[Followup]:
    """Followups of the week by time: the most valuable parents of each day first, within the day's limit [5.1].

    ``board`` holds every item of the week at its final minute; followups are added to it. ``used``
    holds the captions spent so far.
    """
    made: list[Followup] = []
    locked = week.locked_items
    for day in range(DAYS):
        parents = [
            item
            for item in filled
            if item.timed.slot.day == day and may_have_followup(week.settings.send_type[item.timed.slot.key])
        ]
        done = int(((locked["send_type_key"] == KEY) & (locked["weekday"] == day)).sum()) if len(locked) else 0
        left = _limit(week, analysis, day, len(parents)) - done
        for parent in sorted(parents, key=lambda item: (-_priority(week, item), item.timed.slot.slot_id)):
            if left <= 0:
                break
            delay = _delay(week, parent, board)
            if delay is None:
                continue
            made.append(_made(week, eligibility, parent, delay, aimed, used))
            board.add(week.settings.send_type[KEY], parent.timed.minute + delay)
            left -= 1
    return sorted(made, key=lambda item: (item.utc, item.slot_id))


def _limit(week: CreatorWeek, analysis: Analysis, day: int, parents: int) -> int:
    """Followups a day [5.1]: a share of its parents × the confidence row's factor, within all limits."""
    rule = week.settings.volume.followups
    wanted = int(rule.share * parents * week.confidence_row.followups + 0.5)
    by_tier = week.settings.volume.tier_limits["followups_per_day"][week.volume_tier]
    return min(wanted, int(analysis.followups[day]), by_tier, rule.day_max)


def _priority(week: CreatorWeek, item: Filled) -> float:
    """How much a parent deserves a followup where not all get one, 0–1; a later one is more recent."""
    rule = week.settings.volume.followups
    revenue = min(item.expected / rule.revenue_scale, 1.0)
    recency = item.timed.local.hour / rule.recency_hours
    engaged = min(float(week.health.get("view_rate_30d", 0.0)) / rule.engagement_scale, 1.0)
    return rule.weight_revenue * revenue + rule.weight_recency * recency + rule.weight_engagement * engaged


def _band(week: CreatorWeek, hour: int) -> FollowupBand:
    """Window and aim of the delay by hour and confidence."""
    rule = week.settings.timing.followup
    if rule.late.from_hour is not None and hour >= rule.late.from_hour:
        return rule.late
    if rule.high_confidence.from_ is not None and week.confidence >= rule.high_confidence.from_:
        return rule.high_confidence
    if rule.low_confidence.below is not None and week.confidence < rule.low_confidence.below:
        return rule.low_confidence
    return FollowupBand(window=rule.window, mean=rule.mean)


def _delay(week: CreatorWeek, parent: Filled, board: Board) -> int | None:
    """Whole minutes after the parent by stable hash, or None where no minute of the window is free [1.3].

    Drawn from the truncated normal of its band; the nearest free minute of the band is taken, or else
    of the widest window.
    """
    timing = week.settings.timing
    hour, minute = map(int, timing.last_followup_parent.split(":"))
    start = parent.timed.minute
    day_end = (start // DAY_MINUTES + 1) * DAY_MINUTES
    if start % DAY_MINUTES > hour * 60 + minute:
        return None
    band = _band(week, parent.timed.hour)
    low, high = band.window
    luck = stable_unit("followup", week.creator_id, week.week_start, parent.timed.slot.slot_id)
    a, b = (norm.cdf((edge - band.mean) / timing.followup.sd) for edge in (low - 0.5, high + 0.5))
    aim = float(band.mean + timing.followup.sd * norm.ppf(a + luck * (b - a)))
    first, last = timing.followup.window
    delays = np.arange(first, last + 1)
    delays = delays[start + delays < day_end]
    if week.on("TIMING_RULES"):
        delays = delays[~np.isin((start + delays) % 60, timing.jitter.forbidden_minutes)]
    kind = week.settings.send_type[KEY]
    others = board.copy()
    others.remove(week.settings.send_type[parent.timed.slot.key], start)
    delays = delays[others.fits(kind, start + delays)] if len(delays) else delays
    if not len(delays):
        return None
    outside = (delays < low) | (delays > high)
    return int(delays[np.lexsort((delays, np.abs(delays - aim), outside))[0]])


def _made(
    week: CreatorWeek, eligibility: Eligibility, parent: Filled, delay: int, aimed: dict[str, Aimed], used: Used
) -> Followup:
    slot = parent.timed.slot
    utc, local = week.to_utc(week.local_time(parent.timed.minute + delay))
    caption, level = _caption(week, eligibility, parent, slot.day, used)
    notes: tuple[str, ...] = ()
    if caption != NO_CAPTION:
        used.take(caption)
        if level > UNRELAXED_LEVEL:
            notes = (f"fallback ladder step {level}",)
    else:
        notes = (f"no text is left for {KEY}: a person chooses one",)
    kind = week.settings.send_type[KEY]
    views = aimed[slot.slot_id].recipients * float(week.health.get("view_rate_30d", 0.0))
    buyers = views * float(week.health.get("conversion_30d", 0.0))
    return Followup(
        f"{slot.slot_id}f",
        parent,
        round(_priority(week, parent), 6),
        delay,
        local,
        utc,
        caption,
        level,
        _parent_style(week, parent),
        max(int(views - buyers), 0),
        kind.channels[0],
        kind.targets[0],
        notes,
    )


def _caption(week: CreatorWeek, eligibility: Eligibility, parent: Filled, day: int, used: Used) -> tuple[int, int]:
    """Caption and step of the fallback ladder: a text of the parent's style [2.4], unlike the week's others and
    in the type's own range [2.1], by stable hash; style and range as far as their flags are on."""
    candidates = week.candidates
    positions = eligibility.eligible(KEY).positions
    level, grade = eligibility.levels(KEY, week.days[day]), eligibility.grades(KEY, week.days[day])
    open_ = (grade < NO_GRADE) & ~used.is_spent[positions]
    if not open_.any():
        return NO_CAPTION, NO_CAPTION_LEVEL
    keep = open_ & (grade == grade[open_].min())
    low, high = week.settings.send_type[KEY].acceptable
    if week.on("QUALITY_VALIDATORS"):
        keep = narrowed(keep, candidates.style[positions] == _parent_style(week, parent))
    keep = narrowed(keep, ~eligibility.reads_like(used.captions)[positions])
    if week.on("CHAR_LENGTH_MULTIPLIER"):
        keep = narrowed(keep, (candidates.length[positions] >= low) & (candidates.length[positions] <= high))
    options = np.flatnonzero(keep)
    pick = stable_hash("followup text", week.creator_id, week.week_start, parent.timed.slot.slot_id) % len(options)
    at = int(options[pick])
    return int(positions[at]), int(level[at])


def _parent_style(week: CreatorWeek, parent: Filled) -> str | None:
    """Style the followup's text should fit [2.4]: the slot's, else that of the parent's text."""
    if parent.timed.slot.style is not None:
        return parent.timed.slot.style
    if "bundle" in parent.timed.slot.key:
        return "bundle"
    return str(week.candidates.style[parent.caption]) if parent.caption != NO_CAPTION else None
