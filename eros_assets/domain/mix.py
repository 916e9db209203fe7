"""Bumps and other engagement sends of a week, chosen together so that the mix [3.1] and the bump ratio [3.2] hold.

The two rules pull at the same sends: bumps count as engagement up to the base volume and not beyond.
All whole numbers are tried, so that a rule is given up only where none keeps it; 3.1 then goes first (P0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eros_assets.domain.arrays import Ints

_CHUNK = 256  # creators tried at once: bounds the memory of the grid


@dataclass(frozen=True)
class MixLimits:
    """Limits of each creator's week, arrays of shape (n,); ranges include both ends."""

    counted: tuple[Ints, Ints]  # engagement sends that 3.1 counts
    base: Ints  # base engagement a week: bumps above it are not counted
    bumps: tuple[Ints, Ints]  # bumps that 3.2 accepts
    most: Ints  # engagement sends for which the week has room
    kinds: int  # different engagement types besides bumps, each wants one send [3.3]


def counted_engagement(bumps: npt.ArrayLike, others: npt.ArrayLike, base: npt.ArrayLike) -> Ints:
    """Engagement sends that 3.1 counts: all but the bumps above the base."""
    total = np.asarray(bumps, np.int64) + np.asarray(others, np.int64)
    counted: Ints = np.minimum(total, np.maximum(base, others))
    return counted


def choose_mix(
    limits: MixLimits, wanted_bumps: Ints, wanted_others: Ints, most_bumps: int, most_others: int, least: int
) -> tuple[Ints, Ints]:
    """Bumps and other engagement sends of each week, nearest to the wanted numbers among the best, shape (n,).

    Tried are all pairs with at least ``least`` sends in all. First comes 3.1, then one send beside the
    bumps (the least number of types is near [3.3]), then 3.2, then one send of each kind, then the
    distance from what is wanted; of equals the fewer bumps win.
    """
    parts = [
        _choose(limits, wanted_bumps, wanted_others, most_bumps, most_others, least, slice(start, start + _CHUNK))
        for start in range(0, len(wanted_bumps), _CHUNK)
    ]
    bumps, others = zip(*parts, strict=True)
    return np.concatenate(bumps), np.concatenate(others)


def _choose(
    limits: MixLimits, wanted_bumps: Ints, wanted_others: Ints, most_bumps: int, most_others: int, least: int, at: slice
) -> tuple[Ints, Ints]:
    bumps, others = np.arange(most_bumps + 1)[None, :, None], np.arange(most_others + 1)[None, None, :]
    column = [np.asarray(a)[at, None, None] for a in (limits.base, limits.most, wanted_bumps, wanted_others)]
    base, most, aim_bumps, aim_others = column
    counted = counted_engagement(bumps, others, base)
    cost = (
        1e6 * outside(counted, *(edge[at, None, None] for edge in limits.counted))
        + 1e5 * (others < 1)
        + 1e3 * outside(bumps, *(edge[at, None, None] for edge in limits.bumps))
        + 30 * np.maximum(limits.kinds - others, 0)
        + np.abs(bumps - aim_bumps)
        + np.abs(others - aim_others)
    )
    total = bumps + others
    cost = np.where((total >= least) & (total <= np.maximum(most, least)), cost, np.inf)
    place = cost.reshape(len(cost), -1).argmin(axis=1)
    return place // (most_others + 1), place % (most_others + 1)


def outside(value: Ints, low: Ints, high: Ints) -> Ints:
    """How far a value lies outside a range, 0 inside; an empty range is never met."""
    distance: Ints = np.maximum(np.maximum(low - value, value - high), 0)
    return distance
