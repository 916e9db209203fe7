"""Content types of media sends kept hours apart: the last touch on the week's captions.

The assignment knows how often a content type may come in a day and a week, not at which hours its
captions end up. What stands too near is exchanged here for the next best text of another content
type; pools are large, so that costs next to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.records import Timed
from eros_assets.planning.week.spacing import DAY_MINUTES

NO_OPTION = -1
"""Instead of a number among the options: the caption is none of them."""
NO_CONTENT = -1
"""Code of a send without media, or of a text whose content type is unknown."""


@dataclass(frozen=True)
class Options:
    """Captions a slot may take: positions, ascending, what they give up, and the weight they are chosen by."""

    captions: Ints
    grade: Ints
    weight: Floats


def content_reach(week: CreatorWeek) -> int:
    """Planned minutes within which a content type may not come again: its hours, and what jitter may take of them."""
    jitter = week.settings.timing.jitter
    return week.settings.volume.content_limits.hours_between * 60 + jitter.high - jitter.low


class ContentCalendar:
    """Which content types go out when: by planned minute, locked items included.

    Planned minutes lie on the quarter hour; the distance includes what jitter may change later.
    """

    def __init__(self, week: CreatorWeek, timed: Sequence[Timed], captions: Sequence[int]) -> None:
        codes, names = pd.factorize(week.candidates.content_type)
        self.codes = np.append(codes.astype(np.int64), NO_CONTENT)
        self.limits = week.settings.volume.content_limits
        self.has_media = np.array([week.settings.send_type[t.slot.key].has_own_media for t in timed], dtype=bool)
        self.minute = np.array([t.planned for t in timed], dtype=np.int64)
        self.captions = np.array(captions, dtype=np.int64)
        self.reach = content_reach(week)
        known = {str(name): code for code, name in enumerate(names)}
        self.locked = [
            (_minute(week, row), known[row["content_type_key"]])
            for row in week.locked_items.to_dict("records")
            if row["content_type_key"] in known
        ]

    def content(self, slot: int) -> int:
        """Code of the content type a slot shows."""
        return int(self.codes[self.captions[slot]]) if self.has_media[slot] else NO_CONTENT

    def near(self, slot: int) -> list[int]:
        """Other media slots within the distance."""
        apart = np.abs(self.minute - self.minute[slot]) < self.reach
        return [int(n) for n in np.flatnonzero(apart & self.has_media) if n != slot]

    def clashes(self) -> list[tuple[int, int]]:
        """Pairs of slots that show the same content type too near, by time."""
        order = np.argsort(self.minute, kind="stable")
        turn = {int(n): number for number, n in enumerate(order)}
        return [
            (int(n), other)
            for n in order
            if self.has_media[n] and self.content(n) != NO_CONTENT
            for other in self.near(n)
            if turn[other] > turn[int(n)] and self.content(other) == self.content(n)
        ]

    def closed(self, slot: int) -> set[int]:
        """Content types a slot may not show beside the others: too near, or used up for its day or week."""
        day = int(self.minute[slot]) // DAY_MINUTES
        shown = [(int(self.minute[n]), self.content(n)) for n in range(len(self.captions)) if n != slot] + self.locked
        shown = [(minute, code) for minute, code in shown if code != NO_CONTENT]
        by_day = Counter(code for minute, code in shown if minute // DAY_MINUTES == day)
        by_week = Counter(code for _, code in shown)
        return (
            {code for minute, code in shown if abs(minute - int(self.minute[slot])) < self.reach}
            | {code for code, count in by_day.items() if count >= self.limits.max_per_day}
            | {code for code, count in by_week.items() if count >= self.limits.max_per_week}
        )


@dataclass(frozen=True)
class _Move:
    """New captions of one or two slots, and what they lose."""

    loss: float
    changes: tuple[tuple[int, int], ...]  # slot, caption


def kept_apart(
    week: CreatorWeek,
    eligibility: Eligibility,
    timed: Sequence[Timed],
    captions: Sequence[int],
    options: Sequence[Options | None],
) -> list[int]:
    """The captions of the slots with clashes of content resolved at the least loss, one after the other.

    A clash is resolved by another text in one of its slots, or by trading texts with a third slot.
    ``options`` of None keep a slot as it is. Kind, rest and the length share are kept; a clash for which
    nothing is left stays.
    """
    calendar = ContentCalendar(week, timed, captions)
    hopeless: set[tuple[int, int]] = set()
    while clashes := [pair for pair in calendar.clashes() if pair not in hopeless]:
        moves = [move for slot in clashes[0] for move in _moves(week, eligibility, timed, calendar, slot, options)]
        if not moves:
            hopeless.add(clashes[0])
            continue
        for slot, caption in min(moves, key=lambda move: (move.loss, move.changes)).changes:
            calendar.captions[slot] = caption
    return [int(caption) for caption in calendar.captions]


def _moves(
    week: CreatorWeek,
    eligibility: Eligibility,
    timed: Sequence[Timed],
    calendar: ContentCalendar,
    slot: int,
    options: Sequence[Options | None],
) -> list[_Move]:
    """Every way to give a slot of a clash another text."""
    own = options[slot]
    if own is None:
        return []
    closed = list(calendar.closed(slot))
    found = _exchange(week, eligibility, timed, calendar, slot, own, closed)
    moves = [] if found is None else [found]
    for other, theirs in enumerate(options):
        if theirs is not None and other != slot and int(calendar.codes[calendar.captions[other]]) not in closed:
            moves += _trade(calendar, (slot, own), (other, theirs))
    return moves


def _exchange(
    week: CreatorWeek,
    eligibility: Eligibility,
    timed: Sequence[Timed],
    calendar: ContentCalendar,
    slot: int,
    own: Options,
    closed: list[int],
) -> _Move | None:
    """The best unused text of another content type for a slot; None when it has none."""
    candidates, current = week.candidates, calendar.captions[slot]
    at = int(np.searchsorted(own.captions, current))
    spent = calendar.captions[calendar.captions != NO_CAPTION]
    groups = candidates.duplicate_group
    open_ = (own.grade <= own.grade[at]) & ~np.isin(groups[own.captions], groups[spent])
    open_ &= ~np.isin(calendar.codes[own.captions], closed)
    if week.on("CHAR_LENGTH_MULTIPLIER") and week.settings.send_type[timed[slot].slot.key].is_selling:
        open_ &= candidates.is_optimal[own.captions] | ~candidates.is_optimal[current]
    if not open_.any():
        return None
    others = np.delete(calendar.captions, slot)
    unlike = open_ & ~eligibility.reads_like(others[others != NO_CAPTION].tolist())[own.captions]
    open_ = unlike if unlike.any() else open_
    best = int(np.where(open_, own.weight, -np.inf).argmax())
    return _Move(float(own.weight[at] - own.weight[best]), ((slot, int(own.captions[best])),))


def _trade(calendar: ContentCalendar, one: tuple[int, Options], other: tuple[int, Options]) -> list[_Move]:
    """The move that trades the texts of two slots, if both may take them and neither clashes then."""
    (a, mine), (b, theirs) = one, other
    text_a, text_b = int(calendar.captions[a]), int(calendar.captions[b])
    a_own, a_new = _number(mine, text_a), _number(mine, text_b)
    b_own, b_new = _number(theirs, text_b), _number(theirs, text_a)
    if NO_OPTION in (a_own, a_new, b_own, b_new):
        return []
    worst = max(int(mine.grade[a_own]), int(theirs.grade[b_own]))
    if max(int(mine.grade[a_new]), int(theirs.grade[b_new])) > worst:
        return []
    calendar.captions[a], calendar.captions[b] = text_b, text_a
    is_clear = all(calendar.content(slot) not in calendar.closed(slot) for slot in (a, b) if calendar.has_media[slot])
    calendar.captions[a], calendar.captions[b] = text_a, text_b
    if not is_clear:
        return []
    loss = mine.weight[a_own] + theirs.weight[b_own] - mine.weight[a_new] - theirs.weight[b_new]
    return [_Move(float(loss), ((a, text_b), (b, text_a)))]


def _number(options: Options, caption: int) -> int:
    """Which of the options a caption is, :data:`NO_OPTION` when it is none of them."""
    at = int(np.searchsorted(options.captions, caption))
    return at if at < len(options.captions) and options.captions[at] == caption else NO_OPTION


def _minute(week: CreatorWeek, row: Mapping[Hashable, Any]) -> int:
    """Minute of a locked item from local Monday 00:00."""
    hour, minute = map(int, str(row["scheduled_time"]).split(":"))
    day = (row["scheduled_date"].date() - week.week_start).days
    return int((day * 24 + hour) * 60 + minute)
