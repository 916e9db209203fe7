"""Stage 3: when each slot goes out.

The baseline lets every slot take its best free quarter hour in turn; the exact method solves each day
as an integer program over all its slots. Minutes then move off the quarter hour [10.7]. What
finds no time within the hard distances is dropped, and the schedule says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.domain.stable_hash import stable_hash, stable_unit
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.day import day_rules, solve_day
from eros_assets.planning.programs.exchange import ANY_TURN
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.records import Slot, Timed
from eros_assets.planning.week.spacing import (
    DAY_MINUTES,
    REACH,
    WALL,
    Board,
    board_of,
    grid,
    hour_scores,
    is_dense,
    is_linkable,
    may_have_followup,
    open_hours,
)
from eros_assets.settings import SendType

DROPPED = "no time keeps the spacing: item dropped"


@dataclass(frozen=True)
class Campaign:
    """Something a link may point to: a campaign, or a PPV while no campaign runs."""

    minute: int  # local, from Monday 00:00
    expires: int | None
    slot_id: str | None
    item_id: str | None
    is_flyer: bool  # a campaign proper; a PPV serves only while none runs
    is_on_wall: bool


@dataclass(frozen=True)
class SlotValues:
    """Dollars of a send at a mean hour, as far as they are known before it has a caption."""

    by_type: dict[tuple[str, int], float]  # send type and day
    style_ratio: dict[tuple[str, str], float]  # send type and style: worth against the type's mean
    styles: Sequence[Sequence[str | None]]  # of each day's PPVs in order of time, where they are known

    def of(self, key: str, day: int, turn: int = ANY_TURN) -> float:
        """Dollars of a type on a day; ``turn`` says which of the day's PPVs it is, where that tells its style."""
        style = self.styles[day][turn] if turn != ANY_TURN else None
        return self.by_type[key, day] * (1.0 if style is None else self.style_ratio.get((key, style), 1.0))


def find_times(
    week: CreatorWeek, eligibility: Eligibility, slots: Sequence[Slot], slot_values: SlotValues, followups: Ints
) -> tuple[list[Timed], list[str]]:
    """Times of the slots, by time, and a sentence for every slot that found none.

    ``followups`` are the most followups of each day, which need room behind their parents.
    """
    board = board_of(week)
    campaigns = _earlier_campaigns(week)
    minutes: dict[str, int] = {}
    notes: list[str] = []
    for day in range(DAYS):
        today = [slot for slot in slots if slot.day == day]
        room = int(followups[day])
        found = _exact_day(week, eligibility, board, campaigns, today, slot_values, room) if week.is_exact else None
        if found is None:
            found = _greedy_day(week, eligibility, board, campaigns, today)
            if len(found) < len(today) or _alike_neighbours(board, found, today):
                found = _exact_day(week, eligibility, board, campaigns, today, slot_values, room) or found
        found = _part_neighbours(week, board, today, found)
        for slot in today:
            if slot.slot_id not in found:
                notes.append(f"{slot.key} on {week.days[day]}: {DROPPED}")
                continue
            kind = week.settings.send_type[slot.key]
            board.add(kind, found[slot.slot_id])
            if is_linkable(kind):
                campaigns.append(_campaign(week, eligibility, slot, kind, found[slot.slot_id]))
        minutes |= found
    timed, lost = _finish(week, eligibility, [slot for slot in slots if slot.slot_id in minutes], minutes, campaigns)
    return timed, notes + lost


def _expires_hours(week: CreatorWeek, eligibility: Eligibility, slot: Slot) -> int | None:
    """Hours until a send expires; a tip goal's depend on its mode."""
    if slot.key == "tip_goal":
        return week.settings.volume.tip_goal_modes[eligibility.tip_goal_mode].expires_hours
    return week.settings.send_type[slot.key].expires_hours


# -- one day, slot by slot ------------------------------------------------------------------------


def _greedy_day(
    week: CreatorWeek, eligibility: Eligibility, board: Board, campaigns: Sequence[Campaign], today: Sequence[Slot]
) -> dict[str, int]:
    """Best free time for each slot in turn; link drops last, after the campaign they point to."""
    found: dict[str, int] = {}
    trial = board.copy()
    running = list(campaigns)
    for slot in sorted(today, key=lambda slot: _is_link(week, slot)):
        kind = week.settings.send_type[slot.key]
        minute = _best_minute(week, trial, running, slot, kind)
        if minute is None:
            continue
        trial.add(kind, minute)
        found[slot.slot_id] = minute
        if is_linkable(kind):
            running.append(_campaign(week, eligibility, slot, kind, minute))
    return found


def _best_minute(
    week: CreatorWeek, board: Board, campaigns: Sequence[Campaign], slot: Slot, kind: SendType
) -> int | None:
    start, end = week.active_hours
    window = week.settings.timing.active_window
    luck = np.random.default_rng(stable_hash("time", week.creator_id, week.week_start, slot.slot_id))
    for first, last, with_room in (
        (start, end, True),
        (start, end, False),
        (window.default_start, window.default_end, False),
    ):
        minutes = slot.day * DAY_MINUTES + grid(open_hours(week, first, last))
        score = _scores(week, kind, slot.day, minutes, campaigns)
        usable = board.fits(kind, minutes, with_room)
        if _is_link(week, slot):
            usable &= _has_parent(week, kind, minutes, campaigns)
        # Full four-hour blocks are a last choice within the window [11.5].
        roomy = usable & (board.block_room(minutes) > 0)
        usable = roomy if roomy.any() else usable
        if usable.any():
            ties = luck.random(len(minutes))
            order = np.lexsort((ties, -np.where(usable, score, -np.inf)))
            return int(minutes[order[0]])
    return None


def _scores(week: CreatorWeek, kind: SendType, day: int, minutes: Ints, campaigns: Sequence[Campaign]) -> Floats:
    """Slot score of each minute; a link drop's preferred time is a few hours after its campaign."""
    score = hour_scores(week, kind, day)[minutes % DAY_MINUTES // 60]
    if kind.is_campaign_link:
        low, high = (60 * hours for hours in week.settings.timing.link_drop_hours_after.window)
        after = np.array([[minute - c.minute for c in campaigns] for minute in minutes]).reshape(len(minutes), -1)
        near = ((after >= low) & (after <= high)).any(axis=1)
        score = np.clip(score + week.settings.timing.slot_score.preferred * near, 0.0, 100.0)
    return score


def _is_link(week: CreatorWeek, slot: Slot) -> bool:
    return week.settings.send_type[slot.key].is_campaign_link


def _has_parent(
    week: CreatorWeek, kind: SendType, minutes: Ints, campaigns: Sequence[Campaign]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Times at which a link finds a campaign that still runs [1.5]."""
    return np.array([_parent(week, kind, int(minute), campaigns) is not None for minute in minutes], dtype=bool)


def _parent(week: CreatorWeek, kind: SendType, minute: int, campaigns: Sequence[Campaign]) -> Campaign | None:
    """The campaign a link drop points to: one of the usual hours before it if any, else the newest that runs.

    A link on the wall points to a post on the wall.
    """
    rule = week.settings.timing.link_drop_hours_after
    low, high = (60 * hours for hours in rule.window)
    running = [
        c
        for c in campaigns
        # Live still, and young enough, by a margin: jitter parts neither from its link.
        if minute - 60 * rule.latest + rule.margin_minutes <= c.minute <= minute - low
        and (c.expires is None or c.expires > minute + rule.margin_minutes)
        and (c.is_on_wall or kind.channels[0] != WALL)
    ]
    if not running:
        return None
    return max(
        running, key=lambda c: (minute - c.minute <= high, c.is_flyer, c.minute, c.slot_id or "", c.item_id or "")
    )


def _campaign(week: CreatorWeek, eligibility: Eligibility, slot: Slot, kind: SendType, minute: int) -> Campaign:
    hours = _expires_hours(week, eligibility, slot)
    expires = None if hours is None else minute + hours * 60
    return Campaign(minute, expires, slot.slot_id, None, kind.is_campaign, kind.channels[0] == WALL)


def _earlier_campaigns(week: CreatorWeek) -> list[Campaign]:
    """Campaigns of earlier weeks and locked items, in minutes from this Monday."""
    monday = datetime.combine(week.week_start, datetime.min.time())
    found: list[Campaign] = []
    for frame in (week.past_items, week.locked_items):
        if frame.empty:
            continue
        rows = frame[frame["send_type_key"].isin([k.key for k in week.settings.send_types if is_linkable(k)])]
        for row in rows.to_dict("records"):
            hour, minute = str(row["scheduled_time"]).split(":")
            start = int((row["scheduled_date"].to_pydatetime() - monday).total_seconds() // 60)
            start += int(hour) * 60 + int(minute)
            lasts = row["expires_at"] - row["scheduled_at"]
            expires = None if pd.isna(lasts) else start + int(lasts.total_seconds() // 60)
            if start > -REACH or expires is not None:
                found.append(
                    Campaign(
                        start,
                        expires,
                        None,
                        str(row["item_id"]),
                        week.settings.send_type[row["send_type_key"]].is_campaign,
                        row["channel_key"] == WALL,
                    )
                )
    return found


# -- one day as a program -------------------------------------------------------------------------


def _exact_day(
    week: CreatorWeek,
    eligibility: Eligibility,
    board: Board,
    campaigns: Sequence[Campaign],
    today: Sequence[Slot],
    slot_values: SlotValues,
    followups: int,
) -> dict[str, int] | None:
    """The day's layout of greatest value, slots of one type being alike; None when there is none."""
    if not today:
        return {}
    day = today[0].day
    kinds, turn = _classes(week, today, len(slot_values.styles[day]))
    values = [slot_values.of(kind.key, day, own) for kind, own in zip(kinds, turn.tolist(), strict=True)]
    window = week.settings.timing.active_window
    parents = sum(may_have_followup(week.settings.send_type[slot.key]) for slot in today)
    spans = [week.active_hours, (window.default_start, window.default_end)]
    if is_dense(week, len(today), min(followups, parents)):
        spans = spans[1:]
    rooms = sorted({min(followups, parents), 0}, reverse=True)
    tries = [(*span, number) for span in spans for number in rooms]
    for first, last, number in tries:
        minutes = day * DAY_MINUTES + grid(open_hours(week, first, last))
        weights = _weights(week, kinds, day, minutes, campaigns, values)
        linked, near = _earlier(week, kinds, minutes, campaigns)
        planning, mean = week.settings.system.planning, _mean_revenue(kinds, values)
        crowding, late = planning.crowding_weight * mean, planning.late_link_weight * mean
        rules = day_rules(
            week,
            eligibility.ppv_styles,
            board,
            today,
            kinds,
            turn,
            minutes,
            weights,
            linked,
            near,
            number,
            crowding,
            late,
        )
        is_last = (first, last, number) == tries[-1]
        found = solve_day(week, board, rules, today, kinds, is_last)
        if found is not None and (is_last or not _alike_neighbours(board, found, today)):
            return found
    return None


def _earlier(
    week: CreatorWeek, kinds: Sequence[SendType], minutes: Ints, campaigns: Sequence[Campaign]
) -> tuple[Bools, Bools]:
    """When a link has a campaign of an earlier day to point to, and when one of the usual hours before [1.5]."""
    latest = 60 * week.settings.timing.link_drop_hours_after.window[1]
    linked = np.zeros((len(kinds), len(minutes)), dtype=bool)
    near = linked.copy()
    for row, kind in enumerate(kinds):
        if kind.is_campaign_link:
            parents = [_parent(week, kind, minute, campaigns) for minute in minutes.tolist()]
            linked[row] = [parent is not None for parent in parents]
            near[row] = [
                parent is not None and minute - parent.minute <= latest
                for parent, minute in zip(parents, minutes.tolist(), strict=True)
            ]
    return linked, near


def _classes(week: CreatorWeek, today: Sequence[Slot], known: int) -> tuple[list[SendType], Ints]:
    """Types of the day's sends and their turns: a PPV's type once for each turn whose style is ``known``."""
    kinds: list[SendType] = []
    turn: list[int] = []
    for key in dict.fromkeys(slot.key for slot in today):
        kind = week.settings.send_type[key]
        own = list(range(known)) if kind.is_ppv and known > 1 else [ANY_TURN]
        kinds += [kind] * len(own)
        turn += own
    return kinds, np.array(turn, dtype=np.int64)


def _mean_revenue(kinds: Sequence[SendType], values: Sequence[float]) -> float:
    revenue = [value for kind, value in zip(kinds, values, strict=True) if kind.category == "revenue"]
    return float(np.mean(revenue)) if revenue else 1.0


def _weights(
    week: CreatorWeek,
    kinds: Sequence[SendType],
    day: int,
    minutes: Ints,
    campaigns: Sequence[Campaign],
    values: Sequence[float],
) -> Floats:
    """Dollars a class of sends is worth at each time, and a little for the slot score; shape (classes, times).

    The score decides between hours that earn alike, and alone for sends that earn nothing themselves.
    """
    hours = week.hour_factor[minutes % DAY_MINUTES // 60]
    scale = week.settings.system.planning.slot_score_weight * _mean_revenue(kinds, values) / 100
    rows = []
    for kind, value in zip(kinds, values, strict=True):
        dollars = value * hours if kind.category == "revenue" else np.zeros(len(minutes))
        rows.append(dollars + max(scale, 1e-4) * _scores(week, kind, day, minutes, campaigns))
    return np.array(rows)


# -- never the same type in neighbouring slots ------------------------------------------------------


def _alike_neighbours(board: Board, found: dict[str, int], today: Sequence[Slot]) -> list[tuple[str, ...]]:
    """Pairs of neighbours of one type by time, as slot ids; one alone where the other was on the calendar before."""
    if not today:
        return []
    keys = {slot.slot_id: slot.key for slot in today}
    order = sorted(
        [(minute, keys[name], name) for name, minute in found.items()]
        + [(minute, kind.key, "") for minute, kind in board.of_day(today[0].day)]
    )
    alike = [(a[2], b[2]) for a, b in pairwise(order) if a[1] == b[1]]
    return [names for pair in alike if (names := tuple(name for name in pair if name))]


def _part_neighbours(week: CreatorWeek, board: Board, today: Sequence[Slot], found: dict[str, int]) -> dict[str, int]:
    """The day with neighbours of one type parted: one trades times with another slot, else it is dropped."""
    kinds = {slot.slot_id: week.settings.send_type[slot.key] for slot in today}
    for _ in range(len(found)):
        alike = _alike_neighbours(board, found, today)
        if not alike:
            return found
        swapped = _swap(week, board, today, found, kinds, alike[0])
        found = swapped or {name: minute for name, minute in found.items() if name != alike[0][-1]}
    return found


def _swap(
    week: CreatorWeek,
    board: Board,
    today: Sequence[Slot],
    found: dict[str, int],
    kinds: dict[str, SendType],
    pair: tuple[str, ...],
) -> dict[str, int] | None:
    """The first swap of one of the pair with another slot that leaves fewer such pairs and keeps distances."""
    before = len(_alike_neighbours(board, found, today))
    for one in reversed(pair):
        for other in sorted(found, key=lambda name: abs(found[name] - found[one])):
            is_linked = any(k.link or k.is_campaign for k in (kinds[one], kinds[other]))
            if kinds[other].key == kinds[one].key or is_linked:
                continue
            trial = {**found, one: found[other], other: found[one]}
            if len(_alike_neighbours(board, trial, today)) < before and _keeps_distance(week, board, trial, kinds):
                return trial
    return None


def _keeps_distance(week: CreatorWeek, board: Board, found: dict[str, int], kinds: dict[str, SendType]) -> bool:
    trial = board.copy()
    for name in sorted(found, key=lambda name: found[name]):
        if not trial.fits(kinds[name], np.array([found[name]]))[0]:
            return False
        trial.add(kinds[name], found[name])
    return True


# -- minutes, zones, expiry and links --------------------------------------------------------------


def _finish(
    week: CreatorWeek,
    eligibility: Eligibility,
    slots: Sequence[Slot],
    minutes: dict[str, int],
    campaigns: Sequence[Campaign],
) -> tuple[list[Timed], list[str]]:
    """Jitter, UTC, expiry and link targets; a link whose campaign is gone is dropped."""
    ordered = sorted(slots, key=lambda slot: (minutes[slot.slot_id], slot.slot_id))
    shifts = _jitter(week, ordered, minutes) if week.on("TIMING_RULES") else dict.fromkeys(minutes, 0)
    timed: list[Timed] = []
    notes: list[str] = []
    placed = {slot.slot_id for slot in slots}
    running = [c for c in campaigns if c.slot_id is None or c.slot_id in placed]
    for slot in ordered:
        kind = week.settings.send_type[slot.key]
        planned = minutes[slot.slot_id]
        parent = _parent(week, kind, planned, running) if _is_link(week, slot) else None
        if _is_link(week, slot) and parent is None:
            notes.append(f"{slot.key} on {week.days[slot.day]}: no running campaign to link to: item dropped")
            continue
        minute = planned + shifts[slot.slot_id]
        utc, local = week.to_utc(week.local_time(minute))
        hours = _expires_hours(week, eligibility, slot)
        score = float(_scores(week, kind, slot.day, np.array([planned]), running)[0])
        prime = local.hour in week.prime_hours(slot.day)
        timed.append(
            Timed(
                slot,
                minute,
                local,
                utc,
                score,
                prime,
                shifts[slot.slot_id],
                None if hours is None else utc + timedelta(hours=hours),
                parent.slot_id if parent else None,
                parent.item_id if parent else None,
                {
                    "slot_score": round(score, 1),
                    "preferred_hours": list(kind.hours),
                    "is_preferred_hour": local.hour in kind.hours,
                    "is_best_day": slot.day in kind.best_days,
                    "is_prime_hour": prime,
                    "hour_factor": round(float(week.hour_factor[local.hour]), 4),
                },
            )
        )
    return timed, notes


def _jitter(week: CreatorWeek, ordered: Sequence[Slot], minutes: dict[str, int]) -> dict[str, int]:
    """Shift of each slot off the quarter hour by stable hash, spacing kept [10.7].

    Slots are shifted in order of time. The greatest shift is open to every slot: no slot before it was moved further,
    so the distance to it does not shrink.
    """
    rule = week.settings.timing.jitter
    board = board_of(week)
    shifts: dict[str, int] = {}
    for slot in ordered:
        kind = week.settings.send_type[slot.key]
        planned = minutes[slot.slot_id]
        options = np.arange(rule.low, rule.high + 1)
        options = options[~np.isin((planned + options) % 60, rule.forbidden_minutes)]
        # Hours carry the value and the limits: a shift never leaves the planned hour.
        options = options[(planned + options) // 60 == planned // 60]
        usable = options[board.fits(kind, planned + options)]
        if not len(usable):
            usable = options[-1:]
        luck = stable_unit("jitter", week.creator_id, week.week_start, slot.day, slot.slot_id)
        shifts[slot.slot_id] = int(usable[int(luck * len(usable))])
        board.add(kind, planned + shifts[slot.slot_id])
    return shifts
