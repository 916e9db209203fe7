"""The one fit over all creators' settled sends that response curves and caption effects share.

Log of expected dollars as a sum of effects of hour, weekday, type, content, length, price and rank of
the day, with the level of each creator and month taken out. The specification's figures (hour means,
length multipliers, price and length) are the priors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.codes import codes_of
from eros_assets.domain.learning.additive import Additive, fit_additive
from eros_assets.domain.learning.evidence import CONTENT_CONFIDENCE, decay_weights, earning_sends
from eros_assets.domain.learning.mixed import Block, Deviations, creator_deviations
from eros_assets.domain.learning.shrinkage import learned_spread
from eros_assets.settings import Settings

# Linear algebra differs between machines in its last digits: what is learned here is rounded to these.
DECIMALS = 8
# A page's level drifts; sends are compared within blocks of this many days.
_BLOCK_DAYS = 28
# Factors in which creators differ; price_length is the pool's alone.
OWN_FACTORS = ("hour", "weekday", "send_type", "content_type", "length")
# Rounds of the working response; spread of log earnings it starts from and may take.
_FIT_ROUNDS = 5
_START_SIGMA = 1.0
_SIGMA_RANGE = (0.2, 2.5)
# Tips have no price: this quantile of them stands for one.
_TIP_QUANTILE = 0.05
# Log expected purchases, and log rates, at which the moments of log(N + 1) are tabulated.
_LOG_GRID: Floats = np.linspace(np.log(0.05), np.log(5000.0), 80)
_RATE_GRID: Floats = np.linspace(np.log(1e-5), np.log(1e7), 600)


@dataclass(frozen=True)
class Factor:
    """One factor: its keys, the level of each send (−1 unknown), the prior log effect per key."""

    keys: list[str]
    levels: Ints
    prior: Floats


@dataclass(frozen=True)
class PoolFit:
    """Pool effects, and per settled send what they leave unexplained (log scale) and how much that tells.

    ``rows`` are the sends (``earning_sends``); ``rank`` counts priced sends earlier that day, 0 for a
    send without price; ``group`` is creator and month; ``decay`` is the weight of age, ``information``
    the precision of the residual against that of a send whose earnings are known to the cent. The
    residual's variance is ``within`` ÷ ``information``; ``kappa`` is the prior weight of 6.3, in sends.
    """

    rows: pd.DataFrame
    factors: dict[str, Factor]
    pool: Additive
    rank: Floats
    group: Ints
    decay: Floats
    information: Floats
    residual: Floats
    within: float
    kappa: float

    @cached_property
    def precision(self) -> Floats:
        """1 ÷ variance of each residual; decay says how much a send should count, not how noisy it was."""
        told = self.decay.sum() / max(float((self.decay**2).sum()), 1e-12)
        precision: Floats = self.decay * self.information * told / max(self.within, 1e-12)
        return precision

    @cached_property
    def creators(self) -> tuple[Ints, list[str]]:
        """Code of each row's creator, and the creators, sorted."""
        code, names = pd.factorize(self.rows["creator_id"].astype(object), sort=True)
        return code.astype(np.int64), [str(name) for name in names]

    @cached_property
    def deviations(self) -> Deviations:
        """Each creator's own effects, in the order of ``creators``."""
        code, names = self.creators
        blocks = {
            name: Block(self.factors[name].levels, len(self.factors[name].keys), ring=name == "hour")
            for name in OWN_FACTORS
        }
        return creator_deviations(
            self.residual,
            self.precision,
            code,
            self.group,
            len(names),
            blocks,
            {"rank": self.rank},
            self.within / self.kappa,
        )


def fit_pool(sends: pd.DataFrame, settings: Settings, as_of: date) -> PoolFit:
    """Fit FCT_SENDS of all creators settled by ``as_of``, by iterated weighted fits of a working response.

    Earnings are a few purchases of one price, often none: their logarithm flattens near zero and
    would make weak pages look alike. Each round compares log(purchases + 1) with its expectation at
    the current estimate (:func:`purchase_moments`), divides by its slope there, and weighs the send
    by the information that leaves.
    """
    rule = settings.scoring.decay["response"]
    rows = earning_sends(sends, as_of, settings, rule.window)
    decay, factors = decay_weights(rows["age_days"], rule), _factors(rows, settings)
    block = (rows["age_days"].to_numpy(dtype=float) // _BLOCK_DAYS).astype(np.int64)
    group = pd.factorize(rows["creator_id"].astype(str) + "|" + pd.Series(block).astype(str))[0].astype(np.int64)
    # Volume tires buyers: a send that asks no price meets none of it.
    rank = np.where(rows["is_priced"].to_numpy(dtype=bool), rows["day_rank"].to_numpy(dtype=float), 0.0)
    numbers = {"rank": rank}
    levels = {name: factor.levels for name, factor in factors.items()}
    sizes = {name: len(factor.keys) for name, factor in factors.items()}
    prior = np.zeros(len(rows))
    for factor in factors.values():
        prior += np.append(factor.prior, 0.0)[factor.levels]
    earned = np.expm1(rows["log_earned"].to_numpy(dtype=float))
    price = _unit(rows["price"].to_numpy(dtype=float, na_value=np.nan), earned)
    observed = np.log1p(earned / price)
    expected = np.log(np.maximum(group_mean(earned, decay, group) / price, 0.05))
    sigma, scoring = _START_SIGMA, settings.scoring
    kappas = dict.fromkeys(sizes, scoring.shrinkage_kappa)
    for _ in range(_FIT_ROUNDS):
        mean, slope, variance = purchase_moments(expected, sigma)
        error = observed - mean
        weight = decay * slope**2 / variance * sigma**2
        work = expected + np.log(price) + error / slope
        pool = fit_additive(work - prior, weight, levels, sizes, kappas, numbers, group)
        fitted = prior + pool.predict(levels, numbers)
        level = fitted + group_mean(work - fitted, weight, group)
        residual, expected = work - level, level - np.log(price)
        for name, size in sizes.items():
            if size >= scoring.shrinkage_learn_from_groups:
                # What the fit shrank away is put back before the spread of the levels is judged.
                raw = pool.effects[name] * (1 + kappas[name] / np.maximum(pool.weight[name], 1e-12))
                seen = pool.weight[name] > 1
                kappas[name] = learned_spread(raw[seen], pool.weight[name][seen], scoring.shrinkage_kappa, 1).kappa
        misfit = float((weight * error**2 / variance).sum()) / max(float(weight.sum()), 1e-12)
        sigma = float(np.clip(sigma * np.sqrt(misfit), *_SIGMA_RANGE))
    within = float((weight * residual**2).sum() / max(decay.sum(), 1e-12))
    return PoolFit(rows, factors, pool, rank, group, decay, weight / decay, residual, within, scoring.shrinkage_kappa)


def purchase_moments(log_mean: Floats, sigma: float) -> tuple[Floats, Floats, Floats]:
    """Mean of log(N + 1), its slope in ``log_mean``, and its variance, shapes of ``log_mean``.

    N is a count of purchases with mean exp(``log_mean``): Poisson around a rate that is log-normal
    with standard deviation ``sigma``.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    weights = weights / weights.sum()
    rates = np.exp(_LOG_GRID[:, None] + sigma * nodes - sigma**2 / 2)
    first, second = (np.interp(np.log(rates), _RATE_GRID, moment) @ weights for moment in _poisson_moments())
    slope = np.maximum(np.gradient(first, _LOG_GRID), 1e-3)
    # Far below one purchase a send says next to nothing; the floor keeps its working response finite.
    at = np.clip(log_mean, _LOG_GRID[0], _LOG_GRID[-1])
    variance = np.maximum(second - first**2, 1e-6)
    return np.interp(at, _LOG_GRID, first), np.interp(at, _LOG_GRID, slope), np.interp(at, _LOG_GRID, variance)


@cache
def _poisson_moments() -> tuple[Floats, Floats]:
    """First and second moment of log(N + 1) for Poisson N at the rates of the grid."""
    rate = np.exp(_RATE_GRID)[:, None]
    counts = np.arange(400.0)
    chance = np.exp(counts * np.log(rate) - rate - gammaln(counts + 1))
    logs = np.log1p(counts)
    few = (chance @ logs, chance @ logs**2)
    # Above a hundred purchases the delta method is exact to four digits.
    high = rate[:, 0]
    mean = np.log1p(high) - high / (2 * (1 + high) ** 2)
    many = (mean, mean**2 + high / (1 + high) ** 2)
    return np.where(high < 100, few[0], many[0]), np.where(high < 100, few[1], many[1])


def group_mean(values: Floats, weight: Floats, group: npt.NDArray[np.integer]) -> Floats:
    """Weighted mean of each row's group; shape of ``values``."""
    total = np.bincount(group, weight)
    mean: Floats = (np.bincount(group, weight * values) / np.maximum(total, 1e-12))[group]
    return mean


def _unit(price: Floats, earned: Floats) -> Floats:
    """Dollars of one purchase of each send: its price; where there is none, the least tips that come in."""
    tips = earned[~(price > 0) & (earned > 0)]
    return np.where(price > 0, price, np.quantile(tips, _TIP_QUANTILE) if len(tips) else 1.0)


def _factors(rows: pd.DataFrame, settings: Settings) -> dict[str, Factor]:
    buckets = [bucket.key for bucket in settings.scoring.length_buckets]
    contents, types = list(settings.content_type), list(settings.send_type)
    content = rows["content_type_key"].where(
        rows["content_type_confidence"].fillna(0.0).astype(float) >= CONTENT_CONFIDENCE, other=pd.NA
    )
    bucket = codes_of(rows["length_bucket"], buckets)
    points = np.array(settings.scoring.price_points)
    price = rows["price"].to_numpy(dtype=float, na_value=np.nan)
    point = np.abs(np.nan_to_num(price)[:, None] - points).argmin(axis=1)
    is_message = rows["send_type_key"].isin([t.key for t in settings.send_types if t.is_ppv]).to_numpy(dtype=bool)
    cell = np.where(is_message & (price > 0) & (bucket >= 0), point * len(buckets) + bucket, -1)
    hours = rows["sent_hour"].to_numpy(dtype=np.int64)
    return {
        "hour": Factor([str(h) for h in range(24)], hours, hour_prior(settings)),
        "weekday": Factor([str(d) for d in range(7)], rows["sent_weekday"].to_numpy(dtype=np.int64), np.zeros(7)),
        "send_type": Factor(types, codes_of(rows["send_type_key"], types), np.zeros(len(types))),
        "content_type": Factor(
            contents,
            codes_of(content, contents),
            np.log([row.price_factor for row in settings.content_types]),
        ),
        "length": Factor(buckets, bucket, np.log([b.multiplier for b in settings.scoring.length_buckets])),
        "price_length": Factor(
            [price_key(p, b) for p in points.tolist() for b in buckets], cell, _price_prior(settings)
        ),
    }


def price_key(price: float, bucket: str) -> str:
    """Key of a price_length cell: price point and length bucket."""
    return f"{price:.2f}|{bucket}"


def hour_prior(settings: Settings) -> Floats:
    """Log factor of each local hour from the pool means of the hours, interpolated around the clock; mean 0."""
    curve = settings.timing.hour_pool_curve
    logs = np.interp(np.arange(24), sorted(curve), np.log([curve[h] for h in sorted(curve)]), period=24)
    prior: Floats = logs - logs.mean()
    return prior


def _price_prior(settings: Settings) -> Floats:
    """Log factor of each price point and length bucket: the nearest row of [10.11] at the bucket's first character."""
    starts = np.array([bucket.from_ for bucket in settings.scoring.length_buckets])
    given = [
        min(settings.scoring.price_lengths, key=lambda row: abs(row.price - p)) for p in settings.scoring.price_points
    ]
    rows = [
        np.select([starts < row.length[0], starts > row.length[1]], [row.too_short, row.too_long], 1.0) for row in given
    ]
    prior: Floats = np.log(np.concatenate(rows))
    return prior
