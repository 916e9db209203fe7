"""Additive effects of several factors at once, each shrunk toward zero.

Fitting factors jointly keeps one from taking the credit of another (long captions that are sent in
good hours, say): the effect of a level is what is left when all others are accounted for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from eros_assets.domain.arrays import Floats, Ints


@dataclass(frozen=True)
class Additive:
    """``y ≈ intercept + Σ effects[factor][level] + Σ slopes[name] · x``, effects centred on the rows.

    ``weight`` is the sum of row weights per level.
    """

    intercept: float
    effects: dict[str, Floats]
    weight: dict[str, Floats]
    slopes: dict[str, float]

    def predict(self, factors: Mapping[str, Ints], numbers: Mapping[str, Floats] | None = None) -> Floats:
        """Fitted value of each row without absorbed groups; a level of −1 (unknown) adds nothing."""
        total = np.full(len(next(iter(factors.values()))), self.intercept)
        for name, levels in factors.items():
            total += np.append(self.effects[name], 0.0)[levels]
        for name, values in (numbers or {}).items():
            total += self.slopes[name] * values
        return total


def fit_additive(
    y: Floats,
    weight: Floats,
    factors: Mapping[str, Ints],
    sizes: Mapping[str, int],
    kappa: float | Mapping[str, float],
    numbers: Mapping[str, Floats] | None = None,
    groups: Ints | None = None,
) -> Additive:
    """Weighted ridge regression on one-hot ``factors`` (level −1 = unknown) and on ``numbers``.

    ``kappa`` is the prior weight of every level in rows, one for all or one per factor; slopes
    are not shrunk. ``groups``
    (codes from 0) are fixed effects taken out without being solved for, so their number hardly
    costs anything.
    """
    numbers = numbers or {}
    groups = np.zeros(len(y), dtype=np.int64) if groups is None else groups
    blocks = [_one_hot(factors[name], size) for name, size in sizes.items()]
    design = hstack([*blocks, *[csr_array(x[:, None]) for x in numbers.values()]]).tocsr()
    weighted = design.multiply(weight[:, None]).tocsr()
    members = _one_hot(groups, int(groups.max(initial=0)) + 1)
    group_weight = np.maximum(members.T @ weight, 1e-12)
    # Sparse products and sums throughout: dense ones depend on the number of threads in their last digits.
    group_sums = (members.T @ weighted).tocsr()
    group_y = members.T @ (weight * y)
    within = group_sums.multiply(1.0 / group_weight[:, None]).tocsr()
    normal = (weighted.T @ design).toarray()
    prior_weight = kappa if isinstance(kappa, Mapping) else dict.fromkeys(sizes, kappa)
    ridge = [np.full(size, prior_weight[name]) for name, size in sizes.items()]
    penalty = np.concatenate([*ridge, np.full(len(numbers), 1e-6)])
    solution = np.linalg.solve(
        normal - (group_sums.T @ within).toarray() + np.diag(penalty), weighted.T @ y - within.T @ group_y
    )
    effects, totals, start = {}, {}, 0
    for name, size in sizes.items():
        effect, total = solution[start : start + size], np.diag(normal)[start : start + size].copy()
        effects[name] = effect - (effect @ total / total.sum() if total.sum() > 0 else 0.0)
        totals[name] = total
        start += size
    slopes = dict(zip(numbers, solution[start:].tolist(), strict=True))
    centred = Additive(0.0, effects, totals, slopes)
    rest = y - (centred.predict(factors, numbers) if factors else 0.0)
    return Additive(float((weight * rest).sum() / max(weight.sum(), 1e-12)), effects, totals, slopes)


def _one_hot(levels: Ints, size: int) -> csr_array:
    rows = np.flatnonzero(levels >= 0)
    return csr_array((np.ones(len(rows)), (rows, levels[rows])), shape=(len(levels), size))
