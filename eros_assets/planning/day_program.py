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
from eros_assets.planning.programs import solve_integer
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
    today: Sequence[Slot],
    kinds: Sequence[SendType],
    minutes: Ints,
    weights: Floats,
    allowed: Bools,
    with_room: bool,
    is_last_resort: bool,
    crowding: float,
) -> dict[str, int] | None:
    """Minute of each slot, or None when the day cannot hold them all.

    ``weights`` and ``allowed`` have shape (types, times); ``with_room`` leaves followups their place;
    ``crowding`` is given up, in dollars, rather than one send too many in four hours [11.5].
    """
    wanted = Counter(slot.key for slot in today)
    need = np.array([wanted[kind.key] for kind in kinds])
    open_ = np.array([board.fits(kind, minutes, with_room) for kind in kinds])
    campaigns = [row for row, kind in enumerate(kinds) if is_linkable(kind)]
    links = [row for row, kind in enumerate(kinds) if is_campaign_link(kind)]
    for row in links:
        open_[row] &= allowed[row] | bool(campaigns)
    rows, low, high = _distances(week, kinds, minutes, with_room)
    counts = np.kron(np.eye(len(kinds)), np.ones(len(minutes)))
    matrices, lows, highs = [csr_array(counts), rows], [need, low], [need, high]
    for block, least, most in (
        _after_campaigns(week, kinds, campaigns, links, minutes, allowed),
        _early_repeats(week, kinds, need, minutes),
    ):
        if len(block):
            matrices.append(csr_array(block))
            lows.append(least)
            highs.append(most)
    columns = np.flatnonzero(open_.ravel())
    blocks, in_block = _blocks(board, minutes, len(kinds))
    matrices.append(csr_array(in_block))
    lows.append(np.full(len(blocks), -np.inf))
    highs.append(blocks)
    # One more column per block: the sends it holds too many.
    upper = np.concatenate([np.ones(len(columns)), np.full(len(blocks), np.inf)])
    before = sum(block.shape[0] for block in matrices[:-1])
    places = before + np.arange(len(blocks)), np.arange(len(blocks))
    excess = csr_array((-np.ones(len(blocks)), places), shape=(before + len(blocks), len(blocks)))
    cost = np.concatenate([-weights[open_], np.full(len(blocks), crowding)])
    for _ in range(CUT_ROUNDS):
        rows = csr_array(vstack(matrices))[:, columns]
        excess.resize((rows.shape[0], len(blocks)))
        solved = solve_integer(
            cost,
            csr_array(hstack([rows, excess])),
            np.concatenate(lows),
            np.concatenate(highs),
            upper,
            np.isfinite(upper),
            is_last_resort=is_last_resort,
        )
        if solved is None:
            return None
        chosen = np.zeros(weights.size)
        chosen[columns] = solved[0][: len(columns)]
        starts = np.argwhere(chosen.reshape(weights.shape) > 0.5)
        cuts = _neighbour_cuts(starts, minutes, len(kinds), board)
        if not len(cuts):
            break
        matrices.append(csr_array(cuts))
        lows.append(np.full(len(cuts), -np.inf))
        highs.append(np.ones(len(cuts)))
    return _assigned(today, kinds, minutes, starts)


def _distances(
    week: CreatorWeek, kinds: Sequence[SendType], minutes: Ints, with_room: bool
) -> tuple[csr_array, Floats, Floats]:
    """At any time at most one send of each group in process: all, PPV, bumps, and every type that repeats."""
    settings = week.settings
    rule = settings.timing.spacing_minutes
    size = len(kinds)
    room = followup_room(week) if with_room else 0
    everyone = [max(rule.any, room if may_have_followup(kind) else 0) for kind in kinds]
    groups: list[list[int]] = [everyone]
    groups.append([rule.ppv if kind.is_ppv else 0 for kind in kinds])
    groups.append([rule.bump if kind.is_bump else 0 for kind in kinds])
    for row, kind in enumerate(kinds):
        groups.append([least_gap(kind, kind, settings) if other == row else 0 for other in range(size)])
    blocks = []
    behind = minutes[:, None] - minutes[None, :]
    for lengths in groups:
        if max(lengths) == 0:
            continue
        block = np.zeros((len(minutes), size, len(minutes)))
        for row, length in enumerate(lengths):
            block[:, row, :] = (behind >= 0) & (behind < length)
        blocks.append(block.reshape(len(minutes), -1))
    matrix = csr_array(np.concatenate(blocks))
    return matrix, np.full(matrix.shape[0], -np.inf), np.ones(matrix.shape[0])


def _after_campaigns(
    week: CreatorWeek,
    kinds: Sequence[SendType],
    campaigns: Sequence[int],
    links: Sequence[int],
    minutes: Ints,
    allowed: Bools,
) -> tuple[Floats, Floats, Floats]:
    """A link without an earlier campaign to point to starts within the hours after one of today [1.5]."""
    low, high = (60 * hours for hours in week.settings.timing.link_drop_hours_after.window)
    rows = []
    if campaigns:
        for link in links:
            for place in np.flatnonzero(~allowed[link]):
                row = np.zeros((len(kinds), len(minutes)))
                ahead = minutes[place] - minutes
                row[campaigns] = -((ahead >= low) & (ahead <= high)).astype(float)
                row[link, place] += 1.0
                rows.append(row.ravel())
    block = np.array(rows).reshape(len(rows), len(kinds) * len(minutes))
    return block, np.full(len(rows), -np.inf), np.zeros(len(rows))


def _early_repeats(
    week: CreatorWeek, kinds: Sequence[SendType], need: Ints, minutes: Ints
) -> tuple[Floats, Floats, Floats]:
    """More PPVs than styles: those that repeat one have its first use before noon [1.2]."""
    ppv = [row for row, kind in enumerate(kinds) if kind.is_ppv]
    repeats = int(need[ppv].sum()) - len(week.settings.timing.rotation.styles)
    if not week.on("ROTATION_PATTERNS") or repeats <= 0:
        return np.empty((0, 0)), np.empty(0), np.empty(0)
    row = np.zeros((len(kinds), len(minutes)))
    row[ppv] = (minutes % DAY_MINUTES < DAY_MINUTES // 2).astype(float)
    # At most the styles of one round may start after noon.
    return row.reshape(1, -1), np.array([float(min(repeats, 2))]), np.array([np.inf])


def _blocks(board: Board, minutes: Ints, size: int) -> tuple[Floats, Floats]:
    """Room of each four-hour block that the times touch, and which of the types' times lie in it."""
    names, first = np.unique(minutes // BLOCK_MINUTES, return_index=True)
    room = np.maximum(board.block_room(minutes[first]), 0).astype(float)
    inside = (minutes[None, :] // BLOCK_MINUTES == names[:, None]).astype(float)
    return room, np.tile(inside, (1, size))


def _neighbour_cuts(starts: npt.NDArray[np.int64], minutes: Ints, size: int, board: Board) -> Floats:
    """For every two neighbours of one type: in their stretch of the day a type has one send more than the others.

    The stretch reaches to the next foreign send on either side, so that moving both a little does
    not evade the cut. Items already on the board part neighbours like any other.
    """
    order = starts[np.argsort(starts[:, 1], kind="stable")]
    fixed = [m for n, m in enumerate(board.local) if not board.is_followup[n]]
    cuts = []
    for place in range(len(order) - 1):
        (kind, first), (other, second) = order[place], order[place + 1]
        if kind != other or any(minutes[first] < m < minutes[second] for m in fixed):
            continue
        left = order[place - 1, 1] + 1 if place else 0
        right = order[place + 2, 1] if place + 2 < len(order) else len(minutes)
        row = np.zeros((size, len(minutes)))
        row[:, left:right] = -1.0
        row[kind, left:right] = 1.0
        cuts.append(row.ravel())
    return np.array(cuts).reshape(len(cuts), size * len(minutes))


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
