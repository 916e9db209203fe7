"""One day's layout as an integer program: the times of greatest value that keep every distance.

Slots of one type are alike, so a variable says "a send of this type starts at this quarter hour".
Distances are occupancies: at any time at most one send of a group is "in process". That
formulation is tight: its linear relaxation is integral most of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.planning.programs.exchange import ANY_TURN, NO_KIND, DayRules, has_neighbours_alike, improved
from eros_assets.planning.programs.model import FREE, Model
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.records import Slot
from eros_assets.planning.week.spacing import (
    BLOCK_MINUTES,
    DAY_MINUTES,
    Board,
    followup_room,
    least_gap,
    may_have_followup,
    may_link,
)
from eros_assets.settings import SendType

CUT_ROUNDS = 12
CLOSED = -1
"""Instead of a variable: a send may not start there."""


def solve_day(
    week: CreatorWeek,
    board: Board,
    rules: DayRules,
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    is_last_resort: bool,
) -> dict[str, int] | None:
    """Minute of each slot, or None when the day cannot hold them all; ``kinds`` are the types of the classes."""
    # A class that may have followups has two variants: without and with room for the followup behind it.
    variant = np.arange(len(kinds))
    if rules.rooms:
        variant = np.concatenate([variant, np.flatnonzero(rules.is_parent)])
    is_roomed = np.arange(len(variant)) >= len(kinds)
    starts = _Starts(week, rules, kinds, variant, is_roomed, _open(board, rules, kinds, variant, is_roomed))
    crowded = _leave_blocks_room(starts)
    late = _follow_campaigns(starts)
    _make_all(starts, today)
    _keep_distances(starts)
    if rules.rooms:
        _leave_room_for_followups(starts, today)
    if rules.early_ppv:
        _start_early(starts)
    if (rules.turn != ANY_TURN).any():
        _keep_turns(starts)
    starts.model.may_exceed("too many in four hours", crowded, rules.crowding)
    starts.model.may_exceed("links late", late, rules.late)
    for _ in range(CUT_ROUNDS):
        solved = starts.model.whole(is_last_resort)
        if solved is None:
            return None
        kind, time = starts.chosen(solved.values)
        time = improved(rules, kind, time)
        if not has_neighbours_alike(rules, kind, time):
            break
        cuts = _neighbour_cuts(
            np.column_stack([rules.kind[kind], time]), rules.minutes, rules.kind[variant], rules.fixed
        )
        if not len(cuts):
            break
        starts.add(starts.model.limits("neighbours", np.full(len(cuts), -FREE), 1.0), cuts)
    return _assigned(today, kinds, rules.minutes, np.column_stack([kind, time]))


class _Starts:
    """The variables start[v, t] ∈ {0, 1}: a send of variant v starts at time t, where it may, for weight[v, t] dollars.

    A variant is a class of sends, or such a class with its followup's room behind it.
    """

    def __init__(
        self,
        week: CreatorWeek,
        rules: DayRules,
        kinds: Sequence[SendType],
        variant: Ints,
        is_roomed: Bools,
        open_: Bools,
    ) -> None:
        self.week, self.rules, self.kinds = week, rules, kinds
        self.variant, self.is_roomed = variant, is_roomed
        self.model = Model(parts_ties=True)
        self.at = np.full(open_.shape, CLOSED)
        self.at[open_] = self.model.variables("starts", -rules.weights[variant][open_], 1.0, is_whole=True)
        self.cells = np.argwhere(open_)  # variant and time of each variable

    def add(self, rows: Ints, factors: npt.NDArray[Any]) -> None:
        """Factors (rows, variants, times) of the starts in rows; what is closed has none."""
        row, variant, time = np.nonzero(factors)
        column = self.at[variant, time]
        kept = column != CLOSED
        self.model.add(rows[row[kept]], column[kept], factors[row, variant, time][kept])

    def chosen(self, values: Floats) -> tuple[Ints, Ints]:
        """Class and time of each send of a solution."""
        taken = self.cells[values[: len(self.cells)] > 0.5]
        return self.variant[taken[:, 0]], taken[:, 1]


def day_rules(
    week: CreatorWeek,
    ppv_styles: frozenset[str],
    board: Board,
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    turn: Ints,
    minutes: Ints,
    weights: Floats,
    linked: Bools,
    near: Bools,
    rooms: int,
    crowding: float,
    late: float,
) -> DayRules:
    """What the day's layout must keep.

    ``kinds`` are the types of the classes, ``turn`` which of the day's PPVs in order of time (or :data:`ANY_TURN`).
    ``weights`` are dollars (classes, times); ``linked``, alike, says when a link has an earlier campaign
    to point to and ``near`` when that is just as old as wished; ``rooms`` parents leave their followups
    room. In dollars, ``crowding`` is given up rather than one send too many in four hours [11.5], ``late``
    rather than a link outside the hours after a campaign [1.5].
    """
    settings = week.settings
    is_link = np.array([kind.is_campaign_link for kind in kinds])
    serves = np.array([[kind.is_campaign_link and may_link(kind, other) for other in kinds] for kind in kinds])
    open_ = np.array([board.fits(kind, minutes) for kind in kinds])
    has_target = np.asarray(serves.any(axis=1))
    open_ &= ~is_link[:, None] | linked | has_target[:, None]
    # A turn leaves the turns before and behind it their distance.
    ahead, gap = np.maximum(turn, 0)[:, None], settings.timing.spacing_minutes.ppv
    left = np.where(turn != ANY_TURN, turn.max(initial=0) - turn, 0)[:, None]
    open_ &= (minutes >= minutes[0] + ahead * gap) & (minutes <= minutes[-1] - left * gap)
    ppv = sum(settings.send_type[slot.key].is_ppv for slot in today)
    # A page without texts for a style comes round sooner.
    repeats = ppv - len(ppv_styles) if week.on("ROTATION_PATTERNS") and ppv_styles else 0
    _, first, block = np.unique(minutes // BLOCK_MINUTES, return_index=True, return_inverse=True)
    fixed = board.of_day(today[0].day)
    number = {key: at for at, key in enumerate(dict.fromkeys(kind.key for kind in kinds))}
    low, high = (60 * hours for hours in settings.timing.link_drop_hours_after.window)
    return DayRules(
        minutes=minutes,
        weights=weights,
        open=open_,
        kind=np.array([number[kind.key] for kind in kinds]),
        turn=turn,
        gaps=np.array([[least_gap(one, other, settings) for other in kinds] for one in kinds]),
        is_parent=np.array([may_have_followup(kind) for kind in kinds]),
        rooms=rooms,
        room=followup_room(week),
        serves=serves,
        is_link=is_link,
        linked=linked,
        near=near | ~is_link[:, None],
        late=late,
        link_window=(low, high),
        is_early=minutes % DAY_MINUTES < DAY_MINUTES // 2,
        is_ppv=np.array([kind.is_ppv for kind in kinds]),
        early_ppv=min(max(repeats, 0), settings.timing.rotation.early_ppv),
        block=block,
        block_room=np.maximum(board.block_room(minutes[first]), 0),
        crowding=crowding,
        fixed=np.array([minute for minute, _ in fixed], dtype=np.int64),
        fixed_kind=np.array([number.get(kind.key, NO_KIND) for _, kind in fixed], dtype=np.int64),
    )


def _open(board: Board, rules: DayRules, kinds: Sequence[SendType], variant: Ints, is_roomed: Bools) -> Bools:
    """Times each variant may take; one with room behind it also keeps its followup clear of what is on the calendar."""
    with_room = {row: board.fits(kinds[row], rules.minutes, with_room=True) for row in variant[is_roomed].tolist()}
    return np.array(
        [
            rules.open[row] & with_room[row] if roomed else rules.open[row]
            for row, roomed in zip(variant.tolist(), is_roomed.tolist(), strict=True)
        ]
    )


def _leave_blocks_room(starts: _Starts) -> Ints:
    """Σ start in a block of four hours − excess ≤ the sends it still holds [11.5]; returns the rows."""
    rules = starts.rules
    rows = starts.model.limits("sends in four hours", -FREE, rules.block_room.astype(float))
    inside = rules.block[None, :] == np.arange(len(rows))[:, None]
    starts.add(rows, np.broadcast_to(inside[:, None, :], (len(rows), *starts.at.shape)).astype(float))
    return rows


def _wanted(starts: _Starts, today: Sequence[Slot]) -> Floats:
    """Sends of each type of the day, in the order of the types' numbers."""
    wanted = Counter(slot.key for slot in today)
    return np.array([wanted[key] for key in dict.fromkeys(kind.key for kind in starts.kinds)], dtype=float)


def _make_all(starts: _Starts, today: Sequence[Slot]) -> None:
    """Σ start of a type = the day's sends of it."""
    need = _wanted(starts, today)
    rows = starts.model.limits("sends of a type", need, need)
    of_kind = starts.rules.kind[starts.variant][None, :] == np.arange(len(need))[:, None]
    starts.add(rows, np.broadcast_to(of_kind[:, :, None], (len(need), *starts.at.shape)).astype(float))


def _leave_room_for_followups(starts: _Starts, today: Sequence[Slot]) -> None:
    """Σ start of variants with room behind them ≥ the followups the day wants, as far as it has parents [1.3]."""
    rules, need = starts.rules, _wanted(starts, today)
    is_parent = np.array([rules.is_parent[rules.kind == number].any() for number in range(len(need))])
    rooms = float(min(rules.rooms, int(need[is_parent].sum())))
    row = starts.model.limits("room for followups", [rooms], FREE)
    starts.add(row, np.broadcast_to(starts.is_roomed[None, :, None], (1, *starts.at.shape)).astype(float))


def _start_early(starts: _Starts) -> None:
    """Σ start of PPVs before noon ≥ the PPVs that repeat a style of their day [1.2]."""
    rules = starts.rules
    row = starts.model.limits("early PPVs", [float(rules.early_ppv)], FREE)
    starts.add(row, (rules.is_ppv[starts.variant][:, None] & rules.is_early[None, :])[None].astype(float))


def _keep_turns(starts: _Starts) -> None:
    """Every turn n once, each at the PPVs' distance behind the one before [1.1].

    With come[n, t] = 1 where turn n has started by time t: Σ start of a turn = 1, come[n, t] − come[n, t − 1] =
    start[n, t], and come[n + 1, t] ≤ come[n, t less the distance].
    """
    rules, model = starts.rules, starts.model
    size, turns = len(rules.minutes), int(rules.turn.max()) + 1
    come = model.variables("come", np.zeros((turns, size)), 1.0)
    of_turn = rules.turn[starts.variant][None, :] == np.arange(turns)[:, None]
    once = model.limits("a turn once", np.ones(turns), 1.0)
    starts.add(once, np.broadcast_to(of_turn[:, :, None], (turns, *starts.at.shape)).astype(float))
    steps = model.limits("a turn has come", np.zeros((turns, size)), 0.0)
    for turn in range(turns):
        started = of_turn[turn][None, :, None] & np.eye(size, dtype=bool)[:, None, :]
        starts.add(steps[turn], -started.astype(float))
    model.add(steps, come)
    model.add(steps[:, 1:], come[:, :-1], -1.0)
    order = model.limits("turns in order", np.full((turns - 1, size), -FREE), 0.0)
    earlier = (
        np.searchsorted(rules.minutes, rules.minutes - starts.week.settings.timing.spacing_minutes.ppv, "right") - 1
    )
    has = np.flatnonzero(earlier >= 0)
    model.add(order, come[1:])
    model.add(order[:, has], come[:-1, earlier[has]], -1.0)


def _keep_distances(starts: _Starts) -> None:
    """Σ start in process at a time ≤ 1 for each group: all, sold messages, bumps, and every type that repeats.

    A send is in process from its start for as long as its group keeps apart (minutes).
    """
    rules, kinds, variant = starts.rules, starts.kinds, starts.variant
    gap = starts.week.settings.timing.spacing_minutes
    groups = [np.where(starts.is_roomed, max(gap.any, rules.room), gap.any)]
    groups.append(np.array([gap.ppv if kinds[row].is_sold else 0 for row in variant]))
    groups.append(np.array([gap.bump if kinds[row].is_bump else 0 for row in variant]))
    number, first = np.unique(rules.kind, return_index=True)
    groups += [
        np.where(rules.kind[variant] == n, rules.gaps[row, row], 0) for n, row in zip(number, first, strict=True)
    ]
    behind = rules.minutes[:, None] - rules.minutes[None, :]
    for lengths in groups:
        if lengths.max() > 0:
            rows = starts.model.limits("distances", np.full(len(behind), -FREE), 1.0)
            in_process = (behind >= 0)[:, None, :] & (behind[:, None, :] < lengths[None, :, None])
            starts.add(rows, in_process.astype(float))


def _link_starts(rules: DayRules, variant: Ints) -> Ints:
    """Variant and time of each start of a link that is in its hours only behind a campaign of today; shape (n, 2)."""
    waits = rules.is_link[variant] & rules.serves[variant].any(axis=1)
    return np.argwhere(waits[:, None] & (rules.open & ~rules.near)[variant])


def _follow_campaigns(starts: _Starts) -> Ints:
    """Start of a link ≤ Σ start of what it may point to within the hours before it [1.5].

    Returns the rows of links that have an earlier campaign to point to: those may be passed at a price.
    """
    rules, variant = starts.rules, starts.variant
    low, high = rules.link_window
    links = _link_starts(rules, variant)
    ahead = rules.minutes[:, None] - rules.minutes
    inside = -((ahead >= low) & (ahead <= high)).astype(float)  # (start, target)
    factors = np.zeros((len(links), *starts.at.shape))
    for number, (link, time) in enumerate(links.tolist()):
        factors[number, rules.serves[variant[link]][variant]] = inside[time]
        factors[number, link, time] += 1.0
    rows = starts.model.limits("links after campaigns", np.full(len(links), -FREE), 0.0)
    starts.add(rows, factors)
    return rows[rules.linked[variant[links[:, 0]], links[:, 1]]]


def _neighbour_cuts(starts: npt.NDArray[np.int64], minutes: Ints, kinds: Ints, fixed: Ints) -> Floats:
    """Rows that forbid two neighbours of one type: in their stretch of the day, Σ start of it − Σ start of others ≤ 1.

    The stretch reaches to the next send of another type on either side, so that moving both a little does not evade
    the row. A send that is on the calendar already parts neighbours like any other.
    """
    order = starts[np.argsort(starts[:, 1], kind="stable")]
    cuts = []
    for at in range(len(order) - 1):
        (kind, first), (other, second) = order[at], order[at + 1]
        if kind != other or any(minutes[first] < m < minutes[second] for m in fixed):
            continue
        left = order[at - 1, 1] + 1 if at else 0
        right = order[at + 2, 1] if at + 2 < len(order) else len(minutes)
        row = np.zeros((len(kinds), len(minutes)))
        row[:, left:right] = -1.0
        row[kinds == kind, left:right] = 1.0
        cuts.append(row)
    return np.array(cuts).reshape(len(cuts), len(kinds), len(minutes))


def _assigned(
    today: Sequence[Slot], kinds: Sequence[SendType], minutes: Ints, starts: npt.NDArray[np.int64]
) -> dict[str, int]:
    """Slots of each type to its start times, in order."""
    found: dict[str, int] = {}
    for key in dict.fromkeys(kind.key for kind in kinds):
        times = sorted(minutes[time] for row, time in starts if kinds[row].key == key)
        names = [slot.slot_id for slot in today if slot.key == key]
        found |= {name: int(time) for name, time in zip(names, times, strict=True)}
    return found
