"""Each creator's own effects around the pool's, all factors at once, with spreads learned from the data.

For every creator the deviations of all levels of all factors and its own slopes are estimated
together, so that late hours and the fifth send of a day are not taken for each other. Deviations of
a factor are normal with one spread over all creators; the spreads are those of the greatest
likelihood (MacKay's fixed point), so a factor that does not differ between creators shrinks to zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eros_assets.domain.arrays import Floats, Ints

_ROUNDS = 12
# Spreads are learned on the creators with most sends; more of them only cost time.
_LEARN_FROM = 120
# Variance a factor keeps at least, and correlations tried for neighbouring levels of a ring.
_LEAST = 1e-4
_CORRELATIONS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Block:
    """Columns of one factor: the level of each row (−1 none) and their number; ``ring``: neighbours behave alike."""

    levels: Ints
    size: int
    ring: bool = False


@dataclass(frozen=True)
class Deviations:
    """Per factor: posterior mean and variance, creators × levels, and the variance between creators."""

    mean: dict[str, Floats]
    variance: dict[str, Floats]
    between: dict[str, float]

    def of(self, places: Ints) -> Deviations:
        """Those of the creators at ``places``; −1 is a creator without sends: no deviation, full doubt."""
        return Deviations(
            {name: np.vstack([mean, np.zeros(mean.shape[1])])[places] for name, mean in self.mean.items()},
            {
                name: np.vstack([variance, np.full(variance.shape[1], self.between[name])])[places]
                for name, variance in self.variance.items()
            },
            self.between,
        )

    def fitted(self, creator: Ints, levels: Mapping[str, Ints], slopes: Mapping[str, Floats]) -> Floats:
        """What the deviations add to each row; a level of −1 adds nothing."""
        total = np.zeros(len(creator))
        for name, level in levels.items():
            total += np.where(level >= 0, self.mean[name][creator, level], 0.0)
        for name, values in slopes.items():
            total += self.mean[name][creator, 0] * values
        return total


def creator_deviations(
    y: Floats,
    precision: Floats,
    creator: Ints,
    group: Ints,
    count: int,
    blocks: Mapping[str, Block],
    slopes: Mapping[str, Floats],
    start: float,
) -> Deviations:
    """Deviations of ``count`` creators from rows of ``y`` (what the pool's effects leave) and its precision.

    The mean of each ``group`` (nested in creators) is free. ``slopes`` are numbers whose coefficient
    each creator has of its own. ``start`` is the variance the search begins with, which holds where
    nothing can be learned.
    """
    parts, at = {}, 0
    for name, size in [*((n, b.size) for n, b in blocks.items()), *((n, 1) for n in slopes)]:
        parts[name] = slice(at, at + size)
        at += size
    units = {name: max(_mean(x**2, precision) ** 0.5, 1e-9) for name, x in slopes.items()}
    columns = {name: (block.levels, np.ones(len(y))) for name, block in blocks.items()}
    columns |= {name: (np.zeros(len(y), dtype=np.int64), x / units[name]) for name, x in slopes.items()}
    normal, moment = _normal_equations(y, precision, creator, group, count, columns, parts)
    rings = {name for name, block in blocks.items() if block.ring}
    spread = {name: _Spread(max(start, _LEAST), name in rings, part) for name, part in parts.items()}
    told = np.argsort(-np.trace(normal, axis1=1, axis2=2), kind="stable")[:_LEARN_FROM]
    told = told[np.trace(normal[told], axis1=1, axis2=2) > 0]
    for _ in range(_ROUNDS if len(told) else 0):
        mean, covariance = _posterior(normal[told], moment[told], spread)
        spread = {name: prior.learned(mean, covariance, normal[told]) for name, prior in spread.items()}
    mean, covariance = _posterior(normal, moment, spread)
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    scale = {name: units.get(name, 1.0) for name in parts}
    return Deviations(
        {name: mean[:, part] / scale[name] for name, part in parts.items()},
        {name: variance[:, part] / scale[name] ** 2 for name, part in parts.items()},
        {name: spread[name].variance / scale[name] ** 2 for name in parts},
    )


@dataclass(frozen=True)
class _Spread:
    """Prior of one factor's deviations: variance, and correlation r^distance around a ring."""

    variance: float
    is_ring: bool
    part: slice
    correlation: float = 0.0

    def inverse(self) -> Floats:
        """Inverse of the prior covariance, levels × levels."""
        ring = _ring(self.part.stop - self.part.start, self.correlation)
        inverse: Floats = np.linalg.inv(ring).astype(float) / self.variance
        return inverse

    def learned(self, mean: Floats, covariance: Floats, normal: Floats) -> _Spread:
        """The spread that fits better, given posteriors (creators × columns) under this one."""
        of_part = (slice(None), self.part, self.part)
        seen = np.diagonal(normal[of_part], axis1=1, axis2=2) > 0
        if not self.is_ring:
            squares = float((mean[:, self.part] ** 2)[seen].sum())
            told = float((1 - np.diagonal(covariance[of_part], axis1=1, axis2=2) / self.variance)[seen].sum())
            return _Spread(max(squares / max(told, 1e-9), _LEAST), False, self.part)
        own = mean[:, self.part]
        second = (own[:, :, None] * own[:, None, :] + covariance[of_part]).mean(axis=0)
        size = len(second)
        choices = []
        for r in _CORRELATIONS:
            ring = _ring(size, r)
            variance = float(np.trace(np.linalg.solve(ring, second))) / size
            choices.append((size * np.log(variance) + np.linalg.slogdet(ring)[1], variance, r))
        _, variance, r = min(choices)
        return _Spread(max(variance, _LEAST), True, self.part, r)


def _ring(size: int, correlation: float) -> Floats:
    """Correlation of levels on a ring, falling with their distance."""
    steps = np.arange(size)
    lag = np.abs(steps[:, None] - steps[None, :])
    ring: Floats = np.power(correlation, np.minimum(lag, size - lag), dtype=float)
    return ring


def _posterior(normal: Floats, moment: Floats, spread: Mapping[str, _Spread]) -> tuple[Floats, Floats]:
    """Posterior mean (creators × columns) and covariance of all deviations."""
    prior = np.zeros(normal.shape[1:])
    for one in spread.values():
        prior[one.part, one.part] = one.inverse()
    covariance: Floats = np.linalg.inv(normal + prior).astype(float)
    return (covariance @ moment[:, :, None])[:, :, 0], covariance


def _normal_equations(
    y: Floats,
    precision: Floats,
    creator: Ints,
    group: Ints,
    count: int,
    columns: Mapping[str, tuple[Ints, Floats]],
    parts: Mapping[str, slice],
) -> tuple[Floats, Floats]:
    """X'WX and X'Wy of every creator once the weighted mean of each group is taken out.

    By counting, not by matrix products: those depend on the number of threads in their last digits.
    ``columns`` has per factor the level (−1 none) and the value of each row.
    """
    width = max((part.stop for part in parts.values()), default=0)
    normal, moment = np.zeros((count, width, width)), np.zeros((count, width))
    groups, code = np.unique(group, return_inverse=True)
    total = np.maximum(np.bincount(code, precision), 1e-12)
    sums, means = np.zeros((len(groups), width)), np.bincount(code, precision * y) / total
    for name, (level, value) in columns.items():
        part, size = parts[name], parts[name].stop - parts[name].start
        rows = level >= 0
        weight = (precision * value)[rows]
        moment[:, part] = _table(creator[rows], level[rows], weight * y[rows], count, size)
        sums[:, part] = _table(code[rows], level[rows], weight, len(groups), size)
        for other, (level2, value2) in columns.items():
            if parts[other].start < part.start:
                continue
            size2 = parts[other].stop - parts[other].start
            both = rows & (level2 >= 0)
            pair = level[both] * size2 + level2[both]
            table = _table(creator[both], pair, (precision * value * value2)[both], count, size * size2)
            table = table.reshape(count, size, size2)
            normal[:, part, parts[other]] = table
            normal[:, parts[other], part] = table.transpose(0, 2, 1)
    owner = np.zeros(len(groups), dtype=np.int64)
    owner[code] = creator
    for one in np.unique(owner):
        mine = owner == one
        scaled = sums[mine] / total[mine, None]
        normal[one] -= np.einsum("gi,gj->ij", sums[mine], scaled)
        moment[one] -= (sums[mine] * means[mine, None]).sum(axis=0)
    return normal, moment


def _table(row: Ints, column: Ints, values: Floats, rows: int, columns: int) -> Floats:
    """Sums of ``values`` by row and column."""
    table: Floats = np.bincount(row * columns + column, values, minlength=rows * columns).astype(float)
    return table.reshape(rows, columns)


def _mean(values: Floats, weight: Floats) -> float:
    return float((values * weight).sum() / max(float(weight.sum()), 1e-12))
