"""Pulling thin evidence toward a prior: empirical Bayes on means, beta-binomial on rates.

``n`` is always effective: the sum of decay weights. ``kappa`` is the weight of the prior in sends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from eros_assets.domain.arrays import Floats

# Outside these weights a prior is nothing or everything; the bounds keep the search finite.
_LOG_KAPPA = (float(np.log(0.1)), float(np.log(1e5)))


@dataclass(frozen=True)
class Spread:
    """How much groups differ: prior weight ``kappa``, and the variances between and within groups."""

    kappa: float
    between: float

    @property
    def within(self) -> float:
        """Variance of one send around its group's mean."""
        return self.kappa * self.between


def posterior_mean(mean: npt.ArrayLike, n: npt.ArrayLike, prior: npt.ArrayLike, kappa: float) -> Floats:
    """(n · mean + kappa · prior) ÷ (n + kappa), broadcast; a missing mean counts as n = 0."""
    means, counts, priors = np.broadcast_arrays(np.asarray(mean, float), np.asarray(n, float), np.asarray(prior, float))
    known = ~np.isnan(means)
    weight = np.where(known, counts, 0.0)
    return (weight * np.where(known, means, 0.0) + kappa * priors) / (weight + kappa)


def posterior_variance(n: npt.ArrayLike, spread: Spread) -> Floats:
    """Variance left in a group's mean after n sends: from ``between`` at n = 0 down to zero."""
    return spread.between * spread.kappa / (np.asarray(n, float) + spread.kappa)


def learned_spread(
    residual: npt.ArrayLike, n: npt.ArrayLike, kappa: float, least_groups: int, within: float | None = None
) -> Spread:
    """How far groups differ, from each group's mean minus its prior and its number of sends ``n``.

    ``n`` is what the noise of the mean falls with: counts, or (Σw)² ÷ Σw² under unequal weights.

    Maximises the likelihood of ``residual ~ N(0, between · (1 + kappa ÷ n))`` over kappa, with
    between · kappa = ``within`` where the variance of a send is known. Below ``least_groups`` groups
    the given ``kappa`` holds and only the variance is estimated.
    """
    residuals, counts = np.asarray(residual, float), np.asarray(n, float)
    usable = ~np.isnan(residuals) & (counts > 0)
    squares, counts = residuals[usable] ** 2, counts[usable]
    if not len(squares) or not squares.any():
        return Spread(kappa, 0.0)

    def between(weight: float) -> float:
        return within / weight if within else float(np.mean(squares / (1.0 + weight / counts)))

    def loss(log_kappa: float) -> float:
        weight = float(np.exp(log_kappa))
        noisy, spread = 1.0 + weight / counts, between(weight)
        return float(np.mean(np.log(noisy) + squares / (spread * noisy)) + np.log(spread))

    if len(squares) >= least_groups:
        # Rounded: the search is no finer, and its last digits would differ between machines.
        found = minimize_scalar(loss, bounds=_LOG_KAPPA, method="bounded").x
        kappa = float(np.exp(np.round(found, 4)))
    return Spread(kappa, between(kappa))


def posterior_rate(successes: npt.ArrayLike, trials: npt.ArrayLike, prior: npt.ArrayLike, strength: float) -> Floats:
    """Beta-binomial mean of a rate; ``strength`` is the prior's weight in trials. Missing counts are none."""
    won = np.nan_to_num(np.asarray(successes, float))
    tried = np.nan_to_num(np.asarray(trials, float))
    rate: Floats = (won + strength * np.asarray(prior, float)) / (tried + strength)
    return rate
