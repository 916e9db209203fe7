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
from scipy.sparse import csr_array, hstack, vstack

from eros_assets.planning.creator_week import Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.exchange import DayRules, has_neighbours_alike, improved
from eros_assets.planning.programs import Program, tilted
from eros_assets.planning.spacing import (
    BLOCK_MINUTES,
    DAY_MINUTES,
    Board,
    followup_room,
    is_campaign_link,
    is_linkable,
    least_gap,
    may_have_followup,
)
from eros_assets.planning.stages import Slot
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
    """Minute of each slot, or None when the day cannot hold them all."""
    minutes = rules.minutes
    # Parents twice: without and with their followup's room behind them.
    variant = np.arange(len(kinds))
    if rules.rooms:
        variant = np.concatenate([variant, np.flatnonzero(rules.is_parent)])
    is_roomed = np.arange(len(variant)) >= len(kinds)
    matrix, low, high = _rows(week, rules, today, kinds, variant, is_roomed)
    columns = np.flatnonzero(_open(board, rules, kinds, variant, is_roomed).ravel())
    blocks = len(rules.block_room)
    # One more column per block: the sends it holds too many.
    upper = np.concatenate([np.ones(len(columns)), np.full(blocks, np.inf)])
    cost = tilted(np.concatenate([-rules.weights[variant].ravel()[columns], np.full(blocks, rules.crowding)]))
    excess = csr_array((-np.ones(blocks), (np.arange(blocks), np.arange(blocks))), shape=(matrix.shape[0], blocks))
    program = Program(cost, hstack([csr_array(matrix)[:, columns], excess]), low, high, upper)
    for _ in range(CUT_ROUNDS):
        solved = program.whole(np.isfinite(upper), is_last_resort)
        if solved is None:
            return None
        chosen = columns[solved[0][: len(columns)] > 0.5]
        kind = variant[chosen // len(minutes)]
        time = improved(rules, kind, chosen % len(minutes))
        if not has_neighbours_alike(rules, kind, time):
            break
        cuts = _neighbour_cuts(np.column_stack([kind, time]), minutes, variant, rules.fixed)
        if not len(cuts):
            break
        padded = np.column_stack([cuts[:, columns], np.zeros((len(cuts), blocks))])
        program.add_rows(csr_array(padded), np.full(len(cuts), -np.inf), np.ones(len(cuts)))
    return _assigned(today, kinds, minutes, np.column_stack([kind, time]))


def day_rules(
    week: CreatorWeek,
    board: Board,
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    minutes: Ints,
    weights: Floats,
    allowed: Bools,
    rooms: int,
    crowding: float,
) -> DayRules:
    """What the day's layout must keep.

    ``weights`` are dollars (types, times); ``allowed``, alike, says when a link has an earlier campaign
    to point to; ``rooms`` parents leave their followups a place; ``crowding`` is given up, in dollars,
    rather than one send too many in four hours [11.5].
    """
    settings = week.settings
    is_link = np.array([is_campaign_link(kind) for kind in kinds])
    is_campaign = np.array([is_linkable(kind) for kind in kinds])
    open_ = np.array([board.fits(kind, minutes) for kind in kinds])
    if not is_campaign.any():
        open_ &= ~is_link[:, None] | allowed
    ppv = sum(settings.send_type[slot.key].is_ppv for slot in today)
    repeats = ppv - len(settings.timing.rotation.styles) if week.on("ROTATION_PATTERNS") else 0
    _, first, block = np.unique(minutes // BLOCK_MINUTES, return_index=True, return_inverse=True)
    fixed, keys = board.of_day(today[0].day), [kind.key for kind in kinds]
    low, high = (60 * hours for hours in settings.timing.link_drop_hours_after.window)
    return DayRules(
        minutes=minutes,
        weights=weights,
        open=open_,
        gaps=np.array([[least_gap(one, other, settings) for other in kinds] for one in kinds]),
        is_parent=np.array([may_have_followup(kind) for kind in kinds]),
        rooms=rooms,
        room=followup_room(week),
        is_campaign=is_campaign,
        is_link=is_link,
        linked=allowed,
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
    """Rows of the program over (variants × times); those of the four-hour blocks come first."""
    wanted = Counter(slot.key for slot in today)
    need = np.array([wanted[kind.key] for kind in kinds], dtype=float)
    size = len(rules.minutes)
    inside = np.tile(rules.block[None, :] == np.arange(len(rules.block_room))[:, None], (1, len(variant))).astype(float)
    counts = np.kron((variant[None, :] == np.arange(len(kinds))[:, None]).astype(float), np.ones(size))
    parts: list[tuple[csr_array, Floats, Floats]] = [
        (csr_array(inside), np.full(len(inside), -np.inf), rules.block_room.astype(float)),
        (csr_array(counts), need, need),
        _distances(week, rules, kinds, variant, is_roomed),
        _after_campaigns(rules, variant),
    ]
    if rules.rooms:
        rooms = float(min(rules.rooms, int(need[rules.is_parent].sum())))
        parts.append(
            (csr_array(np.repeat(is_roomed, size)[None, :].astype(float)), np.array([rooms]), np.array([np.inf]))
        )
    if rules.early_ppv:
        early = (rules.is_ppv[variant][:, None] & rules.is_early[None, :]).ravel().astype(float)
        parts.append((csr_array(early[None, :]), np.array([float(rules.early_ppv)]), np.array([np.inf])))
    matrices, lows, highs = zip(*parts, strict=True)
    return csr_array(vstack(matrices)), np.concatenate(lows), np.concatenate(highs)


def _distances(
    week: CreatorWeek, rules: DayRules, kinds: Sequence[SendType], variant: Ints, is_roomed: Bools
) -> tuple[csr_array, Floats, Floats]:
    """At any time at most one send of each group in process: all, PPV, bumps, and every type that repeats."""
    gap = week.settings.timing.spacing_minutes
    groups = [np.where(is_roomed, max(gap.any, rules.room), gap.any)]
    groups.append(np.array([gap.ppv if kinds[row].is_ppv else 0 for row in variant]))
    groups.append(np.array([gap.bump if kinds[row].is_bump else 0 for row in variant]))
    groups += [np.where(variant == row, rules.gaps[row, row], 0) for row in range(len(kinds))]
    behind = rules.minutes[:, None] - rules.minutes[None, :]
    blocks = [
        ((behind >= 0)[:, None, :] & (behind[:, None, :] < lengths[None, :, None])).reshape(len(behind), -1)
        for lengths in groups
        if lengths.max() > 0
    ]
    matrix = csr_array(np.concatenate(blocks).astype(float))
    return matrix, np.full(matrix.shape[0], -np.inf), np.ones(matrix.shape[0])


def _after_campaigns(rules: DayRules, variant: Ints) -> tuple[csr_array, Floats, Floats]:
    """A link without an earlier campaign to point to starts within the hours after one of today [1.5]."""
    low, high = rules.link_window
    is_campaign = rules.is_campaign[variant]
    rows = []
    if is_campaign.any():
        for place, row in enumerate(variant.tolist()):
            for time in np.flatnonzero(rules.is_link[row] & ~rules.linked[row]):
                cells = np.zeros((len(variant), len(rules.minutes)))
                ahead = rules.minutes[time] - rules.minutes
                cells[is_campaign] = -((ahead >= low) & (ahead <= high)).astype(float)
                cells[place, time] += 1.0
                rows.append(cells.ravel())
    block = np.array(rows).reshape(len(rows), len(variant) * len(rules.minutes))
    return csr_array(block), np.full(len(rows), -np.inf), np.zeros(len(rows))


def _neighbour_cuts(starts: npt.NDArray[np.int64], minutes: Ints, variant: Ints, fixed: Ints) -> Floats:
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
        row = np.zeros((len(variant), len(minutes)))
        row[:, left:right] = -1.0
        row[variant == kind, left:right] = 1.0
        cuts.append(row.ravel())
    return np.array(cuts).reshape(len(cuts), len(variant) * len(minutes))


def _assigned(
    today: Sequence[Slot], kinds: Sequence[SendType], minutes: Ints, starts: npt.NDArray[np.int64]
) -> dict[str, int]:
    """Slots of each type to its start times, in order."""
    found: dict[str, int] = {}
    for row, kind in enumerate(kinds):
        times = sorted(minutes[place] for r, place in starts if r == row)
        names = [slot.slot_id for slot in today if slot.key == kind.key]
        found |= {name: int(time) for name, time in zip(names, times, strict=True)}
    return found
