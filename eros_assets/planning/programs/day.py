"""One day's layout as an integer program: the times of greatest value that keep every distance.

Slots of one type are alike, so a variable says "a send of this type starts at this quarter hour".
Distances are occupancies: at any time at most one send of a group is "in process". That
formulation is tight: its linear relaxation is integral most of the time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_diag, csr_array, hstack, vstack

from eros_assets.planning.programs.exchange import DayRules, has_neighbours_alike, improved
from eros_assets.planning.programs.solver import Program, tilted
from eros_assets.planning.week.creator_week import Bools, CreatorWeek, Floats, Ints
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


def solve_day(
    week: CreatorWeek,
    board: Board,
    rules: DayRules,
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    is_last_resort: bool,
) -> dict[str, int] | None:
    """Minute of each slot, or None when the day cannot hold them all; ``kinds`` are the classes' types."""
    minutes = rules.minutes
    # Parents twice: without and with their followup's room behind them.
    variant = np.arange(len(kinds))
    if rules.rooms:
        variant = np.concatenate([variant, np.flatnonzero(rules.is_parent)])
    is_roomed = np.arange(len(variant)) >= len(kinds)
    matrix, low, high = _rows(week, rules, today, kinds, variant, is_roomed)
    columns = np.flatnonzero(_open(board, rules, kinds, variant, is_roomed).ravel())
    starts = len(variant) * len(minutes)
    excess, price = _loosened(rules, variant)
    # Behind the starts stand what is over by each time (see _in_turn), and what is too many or too late.
    behind = np.arange(starts, matrix.shape[1])
    upper = np.concatenate([np.ones(len(columns) + len(behind)), np.full(len(price), np.inf)])
    worth = np.concatenate([rules.weights[variant].ravel()[columns], np.zeros(len(behind))])
    cost = tilted(np.concatenate([-worth, price]))
    excess.resize((matrix.shape[0], len(price)))
    program = Program(cost, hstack([matrix[:, np.concatenate([columns, behind])], excess]), low, high, upper)
    is_start = np.arange(len(cost)) < len(columns)
    for _ in range(CUT_ROUNDS):
        solved = program.whole(is_start, is_last_resort)
        if solved is None:
            return None
        chosen = columns[solved[0][: len(columns)] > 0.5]
        kind = variant[chosen // len(minutes)]
        time = improved(rules, kind, chosen % len(minutes))
        if not has_neighbours_alike(rules, kind, time):
            break
        cuts = _neighbour_cuts(np.column_stack([rules.kind[kind], time]), minutes, rules.kind[variant], rules.fixed)
        if not len(cuts):
            break
        padded = np.column_stack([cuts[:, columns], np.zeros((len(cuts), len(cost) - len(columns)))])
        program.add_rows(csr_array(padded), np.full(len(cuts), -np.inf), np.ones(len(cuts)))
    return _assigned(today, kinds, minutes, np.column_stack([kind, time]))


def day_rules(
    week: CreatorWeek,
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

    ``kinds`` are the types of the classes, ``turn`` their place among the day's PPVs (−1: any).
    ``weights`` are dollars (classes, times); ``linked``, alike, says when a link has an earlier campaign
    to point to and ``near`` when that is just as old as wished; ``rooms`` parents leave their followups a
    place. In dollars, ``crowding`` is given up rather than one send too many in four hours [11.5], ``late``
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
    left = np.where(turn >= 0, turn.max(initial=0) - turn, 0)[:, None]
    open_ &= (minutes >= minutes[0] + ahead * gap) & (minutes <= minutes[-1] - left * gap)
    ppv = sum(settings.send_type[slot.key].is_ppv for slot in today)
    # A page without texts for a style comes round sooner.
    repeats = ppv - len(week.ppv_styles) if week.on("ROTATION_PATTERNS") and week.ppv_styles else 0
    _, first, block = np.unique(minutes // BLOCK_MINUTES, return_index=True, return_inverse=True)
    fixed, keys = board.of_day(today[0].day), list(dict.fromkeys(kind.key for kind in kinds))
    low, high = (60 * hours for hours in settings.timing.link_drop_hours_after.window)
    return DayRules(
        minutes=minutes,
        weights=weights,
        open=open_,
        kind=np.array([keys.index(kind.key) for kind in kinds]),
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
        # At most the styles of one round may start after noon.
        early_ppv=min(max(repeats, 0), 2),
        block=block,
        block_room=np.maximum(board.block_room(minutes[first]), 0),
        crowding=crowding,
        fixed=np.array([minute for minute, _ in fixed], dtype=np.int64),
        fixed_kind=np.array([keys.index(kind.key) if kind.key in keys else -1 for _, kind in fixed], dtype=np.int64),
    )


def _open(board: Board, rules: DayRules, kinds: Sequence[SendType], variant: Ints, is_roomed: Bools) -> Bools:
    """Times each variant may take; a roomed one keeps its followup clear of what is on the calendar."""
    with_room = {row: board.fits(kinds[row], rules.minutes, with_room=True) for row in variant[is_roomed].tolist()}
    return np.array(
        [
            rules.open[row] & with_room[row] if roomed else rules.open[row]
            for row, roomed in zip(variant.tolist(), is_roomed.tolist(), strict=True)
        ]
    )


def _rows(
    week: CreatorWeek,
    rules: DayRules,
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    variant: Ints,
    is_roomed: Bools,
) -> tuple[csr_array, Floats, Floats]:
    """Rows of the program over (variants × times); those that :func:`_loosened` loosens come first."""
    wanted = Counter(slot.key for slot in today)
    need = np.array([wanted[key] for key in dict.fromkeys(kind.key for kind in kinds)], dtype=float)
    is_parent = np.array([rules.is_parent[rules.kind == number].any() for number in range(len(need))])
    size = len(rules.minutes)
    inside = np.tile(rules.block[None, :] == np.arange(len(rules.block_room))[:, None], (1, len(variant))).astype(float)
    of_kind = rules.kind[variant][None, :] == np.arange(len(need))[:, None]
    counts = np.kron(of_kind.astype(float), np.ones(size))
    parts: list[tuple[csr_array, Floats, Floats]] = [
        (csr_array(inside), np.full(len(inside), -np.inf), rules.block_room.astype(float)),
        _after_campaigns(rules, variant),
        (csr_array(counts), need, need),
        _distances(week, rules, kinds, variant, is_roomed),
    ]
    if rules.rooms:
        rooms = float(min(rules.rooms, int(need[is_parent].sum())))
        parts.append(
            (csr_array(np.repeat(is_roomed, size)[None, :].astype(float)), np.array([rooms]), np.array([np.inf]))
        )
    if rules.early_ppv:
        early = (rules.is_ppv[variant][:, None] & rules.is_early[None, :]).ravel().astype(float)
        parts.append((csr_array(early[None, :]), np.array([float(rules.early_ppv)]), np.array([np.inf])))
    matrices, lows, highs = zip(*parts, strict=True)
    matrix, low, high = csr_array(vstack(matrices)), np.concatenate(lows), np.concatenate(highs)
    if not (rules.turn >= 0).any():
        return matrix, low, high
    own, least, most = _in_turn(week, rules, variant)
    wider = csr_array((matrix.shape[0], own.shape[1] - matrix.shape[1]))
    return csr_array(vstack([hstack([matrix, wider]), own])), np.concatenate([low, least]), np.concatenate([high, most])


def _in_turn(week: CreatorWeek, rules: DayRules, variant: Ints) -> tuple[csr_array, Floats, Floats]:
    """Every turn once, each at the PPVs' distance behind the one before.

    More columns, behind the starts: whether a turn has come by each time. The next may have come by a
    time only if this one had by that time less the distance.
    """
    size, turns = len(rules.minutes), int(rules.turn.max()) + 1
    starts = len(variant) * size
    of_turn = rules.turn[variant][None, :] == np.arange(turns)[:, None]
    once = hstack([np.kron(of_turn, np.ones(size)), csr_array((turns, turns * size))])
    step = csr_array(np.eye(size) - np.eye(size, k=-1))
    come = hstack([-np.kron(of_turn, np.eye(size)), block_diag([step] * turns)])
    earlier = np.searchsorted(rules.minutes, rules.minutes - week.settings.timing.spacing_minutes.ppv, "right") - 1
    behind = np.zeros((turns - 1, size, turns, size))
    for turn in range(turns - 1):
        behind[turn, np.arange(size), turn + 1, np.arange(size)] = 1.0
        has = np.flatnonzero(earlier >= 0)
        behind[turn, has, turn, earlier[has]] -= 1.0
    order = behind.reshape((turns - 1) * size, turns * size)
    matrix = csr_array(vstack([once, come, hstack([csr_array((len(order), starts)), csr_array(order)])]))
    low = np.concatenate([np.ones(turns), np.zeros(turns * size), np.full(len(order), -np.inf)])
    high = np.concatenate([np.ones(turns), np.zeros(turns * size), np.zeros(len(order))])
    return matrix, low, high


def _distances(
    week: CreatorWeek, rules: DayRules, kinds: Sequence[SendType], variant: Ints, is_roomed: Bools
) -> tuple[csr_array, Floats, Floats]:
    """At any time at most one send of each group in process: all, sold messages, bumps, and every type that repeats."""
    gap = week.settings.timing.spacing_minutes
    groups = [np.where(is_roomed, max(gap.any, rules.room), gap.any)]
    groups.append(np.array([gap.ppv if kinds[row].is_sold else 0 for row in variant]))
    groups.append(np.array([gap.bump if kinds[row].is_bump else 0 for row in variant]))
    number, first = np.unique(rules.kind, return_index=True)
    groups += [
        np.where(rules.kind[variant] == n, rules.gaps[row, row], 0) for n, row in zip(number, first, strict=True)
    ]
    behind = rules.minutes[:, None] - rules.minutes[None, :]
    blocks = [
        ((behind >= 0)[:, None, :] & (behind[:, None, :] < lengths[None, :, None])).reshape(len(behind), -1)
        for lengths in groups
        if lengths.max() > 0
    ]
    matrix = csr_array(np.concatenate(blocks).astype(float))
    return matrix, np.full(matrix.shape[0], -np.inf), np.ones(matrix.shape[0])


def _link_starts(rules: DayRules, variant: Ints) -> Ints:
    """Variant and time of each start of a link that needs a campaign of today to be in its hours; shape (n, 2)."""
    waits = rules.is_link[variant] & rules.serves[variant].any(axis=1)
    return np.argwhere(waits[:, None] & (rules.open & ~rules.near)[variant])


def _after_campaigns(rules: DayRules, variant: Ints) -> tuple[csr_array, Floats, Floats]:
    """A link starts within the hours after a send of today that it may point to [1.5]."""
    low, high = rules.link_window
    starts = _link_starts(rules, variant)
    size = len(rules.minutes)
    ahead = rules.minutes[:, None] - rules.minutes
    inside = -((ahead >= low) & (ahead <= high)).astype(float)  # (start, target)
    rows = np.zeros((len(starts), len(variant), size))
    for number, (place, time) in enumerate(starts.tolist()):
        rows[number, rules.serves[variant[place]][variant]] = inside[time]
        rows[number, place, time] += 1.0
    matrix = csr_array(rows.reshape(len(starts), len(variant) * size))
    return matrix, np.full(len(starts), -np.inf), np.zeros(len(starts))


def _loosened(rules: DayRules, variant: Ints) -> tuple[csr_array, Floats]:
    """Columns that loosen the first rows, and their prices: a send too many in a block, a link that points to
    an earlier campaign later than wished."""
    starts = _link_starts(rules, variant)
    is_linked = rules.linked[variant[starts[:, 0]], starts[:, 1]]
    blocks = len(rules.block_room)
    rows = np.concatenate([np.arange(blocks), blocks + np.flatnonzero(is_linked)])
    price = np.concatenate([np.full(blocks, rules.crowding), np.full(int(is_linked.sum()), rules.late)])
    cells = (-np.ones(len(rows)), (rows, np.arange(len(rows))))
    return csr_array(cells, shape=(blocks + len(starts), len(rows))), price


def _neighbour_cuts(starts: npt.NDArray[np.int64], minutes: Ints, kinds: Ints, fixed: Ints) -> Floats:
    """For every two neighbours of one type: in their stretch of the day a type has one send more than the others.

    The stretch reaches to the next foreign send on either side, so that moving both a little does
    not evade the cut. Items already on the board part neighbours like any other.
    """
    order = starts[np.argsort(starts[:, 1], kind="stable")]
    cuts = []
    for place in range(len(order) - 1):
        (kind, first), (other, second) = order[place], order[place + 1]
        if kind != other or any(minutes[first] < m < minutes[second] for m in fixed):
            continue
        left = order[place - 1, 1] + 1 if place else 0
        right = order[place + 2, 1] if place + 2 < len(order) else len(minutes)
        row = np.zeros((len(kinds), len(minutes)))
        row[:, left:right] = -1.0
        row[kinds == kind, left:right] = 1.0
        cuts.append(row.ravel())
    return np.array(cuts).reshape(len(cuts), len(kinds) * len(minutes))


def _assigned(
    today: Sequence[Slot], kinds: Sequence[SendType], minutes: Ints, starts: npt.NDArray[np.int64]
) -> dict[str, int]:
    """Slots of each type to its start times, in order."""
    found: dict[str, int] = {}
    for key in dict.fromkeys(kind.key for kind in kinds):
        times = sorted(minutes[place] for row, place in starts if kinds[row].key == key)
        names = [slot.slot_id for slot in today if slot.key == key]
        found |= {name: int(time) for name, time in zip(names, times, strict=True)}
    return found
