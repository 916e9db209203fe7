"""How far apart two sends must stand, and what is already on the calendar.

Times count in minutes from local Monday 00:00. Two sends keep their distance both on the wall clock
and in real minutes, so that a clock change between two days shortens nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.settings import SendType, Settings

DAY_MINUTES = 24 * 60
GRID_MINUTES = 15
BLOCK_MINUTES = 4 * 60
REACH = 2 * DAY_MINUTES
"""How far back the week before is looked at."""


def least_gap(first: SendType, second: SendType, settings: Settings) -> int:
    """Minutes two sends must stand apart, whichever comes first."""
    rule = settings.timing.spacing_minutes
    gap = rule.any
    if first.is_sold and second.is_sold:
        gap = max(gap, rule.ppv)
    if first.is_bump and second.is_bump:
        gap = max(gap, rule.bump)
    same = settings.timing.same_content
    if (first.key, second.key) in same or (second.key, first.key) in same:
        gap = max(gap, settings.volume.content_limits.hours_between * 60)
    if first.key == second.key:
        gap = max(gap, first.hours_between * 60, first.spacing_minutes)
    return gap


def followup_room(week: CreatorWeek) -> int:
    """Minutes after a parent within which its followup goes out and keeps its distance to the next send."""
    timing = week.settings.timing
    sure = timing.followup.high_confidence
    is_sure = sure.from_ is not None and week.confidence >= sure.from_
    return (sure if is_sure else timing.followup).window[1] + timing.spacing_minutes.any


@dataclass
class Board:
    """The calendar while a week is timed: sends with a time so far, earlier weeks and locked items included."""

    week: CreatorWeek
    utc_offsets: Ints  # (7,) minutes by which each day's local time is ahead of UTC
    local: list[int] = field(default_factory=list)
    real: list[int] = field(default_factory=list)
    kinds: list[SendType] = field(default_factory=list)
    is_followup: list[bool] = field(default_factory=list)

    def add(self, kind: SendType, minute: int) -> None:
        """Put a send of this week on the board."""
        self.local.append(minute)
        self.real.append(minute - int(self.utc_offsets[min(max(minute // DAY_MINUTES, 0), DAYS - 1)]))
        self.kinds.append(kind)
        self.is_followup.append(kind.key == "ppv_followup")

    def remove(self, kind: SendType, minute: int) -> None:
        """Take a send off again."""
        at = next(n for n, k in enumerate(self.kinds) if k.key == kind.key and self.local[n] == minute)
        for column in (self.local, self.real, self.kinds, self.is_followup):
            del column[at]

    def fits(self, kind: SendType, minutes: Ints, with_room: bool = False) -> Bools:
        """Which of these times keep every distance; ``with_room`` also leaves room for followups."""
        if not self.kinds:
            return np.ones(len(minutes), dtype=bool)
        settings = self.week.settings
        gaps = np.array([least_gap(kind, other, settings) for other in self.kinds])
        room = followup_room(self.week)
        before = gaps.copy()  # distance to a send that comes earlier
        after = gaps.copy()
        if with_room:
            parents = np.array([may_have_followup(other) for other in self.kinds])
            before[parents] = np.maximum(before[parents], room)
            if may_have_followup(kind):
                after = np.maximum(after, room)
        ahead = minutes[:, None] - np.array(self.local)[None, :]
        real = self._real(minutes)[:, None] - np.array(self.real)[None, :]
        near = np.where(np.abs(real) < np.abs(ahead), real, ahead)
        return np.asarray(((near >= before) | (-near >= after)).all(axis=1))

    def of_day(self, day: int) -> list[tuple[int, SendType]]:
        """Minutes and types of a day's sends, followups left out."""
        return [
            (minute, kind)
            for minute, kind, is_followup in zip(self.local, self.kinds, self.is_followup, strict=True)
            if minute // DAY_MINUTES == day and not is_followup
        ]

    def block_room(self, minutes: Ints) -> Ints:
        """Sends that still fit into the four hours each minute lies in, below 1 when they are full [11.5]."""
        taken = Counter(n // BLOCK_MINUTES for n, f in zip(self.local, self.is_followup, strict=True) if not f)
        most = self.week.settings.timing.max_per_four_hours
        return np.array([most - taken[n] for n in (minutes // BLOCK_MINUTES).tolist()], dtype=np.int64)

    def copy(self) -> Board:
        """A board to try things on."""
        own = self.week, self.utc_offsets
        return Board(*own, list(self.local), list(self.real), list(self.kinds), list(self.is_followup))

    def _real(self, minutes: Ints) -> Ints:
        """Real minutes (UTC) of local minutes of the week, on one scale over all days; shape (n,)."""
        return np.asarray(minutes - self.utc_offsets[np.clip(minutes // DAY_MINUTES, 0, DAYS - 1)])


def may_have_followup(kind: SendType) -> bool:
    """Whether sends of this type get followups by themselves."""
    return kind.followup == "default"


def is_linkable(kind: SendType) -> bool:
    """Whether a link drop may point to a send of this type: campaigns, and PPVs while no campaign runs [1.5]."""
    return kind.is_campaign or kind.is_ppv


WALL = "wall_post"


def may_link(link: SendType, target: SendType) -> bool:
    """Whether a link of this type may point to a send of that type: a link on the wall only to a post on the wall."""
    return is_linkable(target) and (link.channels[0] != WALL or target.channels[0] == WALL)


def board_of(week: CreatorWeek) -> Board:
    """The board before planning: the end of the week before and this week's locked items."""
    board = Board(week, np.array(week.utc_offsets))
    monday = datetime.combine(week.week_start, datetime.min.time())
    for frame, first in ((week.past_items, -REACH), (week.locked_items, -np.inf)):
        if frame.empty:
            continue
        for key, local_date, time, utc in zip(
            frame["send_type_key"], frame["scheduled_date"], frame["scheduled_time"], frame["scheduled_at"], strict=True
        ):
            hour, minute = str(time).split(":")
            local = int((local_date.to_pydatetime() - monday).total_seconds() // 60) + int(hour) * 60 + int(minute)
            if local < first or key not in week.settings.send_type:
                continue
            board.local.append(local)
            board.real.append(int((utc.to_pydatetime() - monday).total_seconds() // 60))
            board.kinds.append(week.settings.send_type[key])
            board.is_followup.append(key == "ppv_followup")
    return board


def open_hours(week: CreatorWeek, start: int, end: int) -> Bools:
    """Which of the 24 local hours may hold a send: the active window without avoid hours."""
    timing = week.settings.timing
    hours = np.arange(24)
    return (hours >= start) & (hours <= end) & ~np.isin(hours, timing.avoid_hours) & ~np.isin(hours, timing.late_hours)


def is_dense(week: CreatorWeek, sends: int, parents: int = 0) -> bool:
    """Whether a day's sends, ``parents`` of them with followups, hardly fit into the creator's own window."""
    rule = week.settings.timing.spacing_minutes
    needed = sends * rule.any + parents * (followup_room(week) - rule.any)
    start, end = week.active_hours
    return needed > week.settings.system.planning.dense_share * 60 * (end + 1 - start)


def grid(open_: Bools) -> Ints:
    """Minutes of the day a send may be planned at, quarter hours of the open hours."""
    minutes = np.arange(0, DAY_MINUTES, GRID_MINUTES)
    return minutes[open_[minutes // 60]]


def hour_scores(week: CreatorWeek, kind: SendType, day: int) -> Floats:
    """Slot score 0–100 of a send type in each local hour of a weekday; shape (24,)."""
    timing, rule = week.settings.timing, week.settings.timing.slot_score
    score = np.full(24, rule.base)
    is_even = len(kind.hours) >= rule.even_from
    for number, hour in enumerate(kind.hours):
        score[hour] += rule.preferred if is_even else max(rule.preferred - rule.preferred_step * number, 0.0)
    if day in kind.best_days:
        score += rule.best_day
    score[list(week.prime_hours(day))] += rule.prime_hour
    if day in timing.prime_days:
        score += rule.prime_day
    score += rule.learned_max * week.learned_hours
    if kind.is_ppv:
        score[list(timing.slot_score.ppv_evening_hours)] += rule.ppv_evening
    score[list(week.habit_hours)] += rule.habit
    score[list({*timing.avoid_hours, *kind.avoid})] -= rule.avoid
    return np.asarray(np.clip(score, 0.0, 100.0))
