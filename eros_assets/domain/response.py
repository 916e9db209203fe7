"""How expected revenue answers to hour, weekday, type, content, length, price and volume.

One joint fit over all creators (RESPONSE_CURVES): log earnings of settled sends on all factors at
once, with the level of each creator and month taken out, then each creator's own deviations shrunk
by empirical Bayes. The specification's figures (hour means, price and length) are the priors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln

from eros_assets.domain import frames
from eros_assets.domain.additive import Additive, fit_additive
from eros_assets.domain.evidence import CONTENT_CONFIDENCE, decay_weights, earning_sends
from eros_assets.domain.shrinkage import learned_spread, posterior_mean, posterior_variance
from eros_assets.settings import Settings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A page's level drifts; sends are compared within blocks of this many days.
_BLOCK_DAYS = 28
# Neighbouring hours behave alike: a creator's hour also counts, by half, for the hours beside it.
_HOUR_KERNEL = (0.5, 1.0, 0.5)
_BACKFIT_ROUNDS = 2
# Linear algebra differs between machines in its last digits.
_DECIMALS = 8
# Rounds of the working response; spread of log earnings it starts from and may take.
_FIT_ROUNDS = 5
_START_SIGMA = 1.0
_SIGMA_RANGE = (0.2, 2.5)
# Log expected purchases, and log rates, at which the moments of log(N + 1) are tabulated.
_LOG_GRID: Floats = np.linspace(np.log(0.05), np.log(5000.0), 80)
_RATE_GRID: Floats = np.linspace(np.log(1e-5), np.log(1e7), 600)


@dataclass(frozen=True)
class _Factor:
    """One curve: its keys, the level of each send (−1 unknown), the prior log factor per key."""

    keys: list[str]
    levels: Ints
    prior: Floats


def response_curves(
    sends: pd.DataFrame, health: pd.DataFrame, settings: Settings, week_start: date, as_of: date
) -> pd.DataFrame:
    """RESPONSE_CURVES of every creator of ``health`` for one week, learned from sends ≤ ``as_of``.

    ``sends`` is FCT_SENDS of all creators (365 days are used). Factors are scaled to mean 1 over
    the creator's own sends; a page without sends gets the pool's curves. The saturation curve's
    factor is k in exp(−k · earlier earning sends of the day).
    """
    decay = settings.scoring.decay["length"]
    rows = earning_sends(sends, as_of, settings, decay.window)
    weight = decay_weights(rows["age_days"], decay)
    factors = _factors(rows, settings)
    creators = health["creator_id"].drop_duplicates().sort_values().tolist()
    creator = pd.Categorical(rows["creator_id"], categories=creators).codes.astype(np.int64)
    block = (rows["age_days"].to_numpy(dtype=float) // _BLOCK_DAYS).astype(np.int64)
    group, _ = pd.factorize(rows["creator_id"].astype(str) + "|" + pd.Series(block).astype(str))

    rank = {"rank": rows["day_rank"].to_numpy(dtype=float)}
    fit = _joint_fit(rows, weight, factors, rank, group.astype(np.int64), settings)
    known = creator >= 0
    sample = _Sample(
        creator[known], weight[known], fit.weight[known], fit.residual[known], rank["rank"][known], len(creators)
    )
    curves = _creator_curves(factors, fit.pool, sample, known, settings)
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "creator_id": np.repeat(np.array(creators, dtype=object), len(keys)),
                    "curve": name,
                    "curve_key": np.tile(np.array(keys, dtype=object), len(creators)),
                    "factor": factor.ravel().round(_DECIMALS),
                    "log_sd": sd.ravel().round(_DECIMALS),
                    "n_eff": n.ravel().round(_DECIMALS),
                }
            )
            for name, (keys, factor, sd, n) in curves.items()
        ],
        ignore_index=True,
    )
    frame.insert(0, "week_start", pd.Timestamp(week_start))
    return frames.RESPONSE_CURVES.conform(frame)


@dataclass(frozen=True)
class _Fit:
    """Pool effects, and per send the information it carried and what they leave unexplained, log scale."""

    pool: Additive
    weight: Floats
    residual: Floats


@dataclass(frozen=True)
class _Sample:
    """Sends of planned creators: codes, decay, information, unexplained rest, rank of the day."""

    creator: Ints
    decay: Floats
    weight: Floats
    residual: Floats
    rank: Floats
    count: int


def _joint_fit(
    rows: pd.DataFrame,
    decay: Floats,
    factors: dict[str, _Factor],
    rank: dict[str, Floats],
    group: Ints,
    settings: Settings,
) -> _Fit:
    """Log of expected dollars as a sum of effects, by iterated weighted fits of a working response.

    Earnings are a few purchases of one price, often none: their logarithm flattens near zero and
    would make weak pages look alike. Each round compares log(purchases + 1) with its expectation at
    the current estimate (:func:`purchase_moments`), divides by its slope there, and weighs the send
    by the information that leaves.
    """
    levels = {name: factor.levels for name, factor in factors.items()}
    sizes = {name: len(factor.keys) for name, factor in factors.items()}
    prior = np.zeros(len(rows))
    for factor in factors.values():
        prior += np.append(factor.prior, 0.0)[factor.levels]
    earned = np.expm1(rows["log_earned"].to_numpy(dtype=float))
    price = rows["price"].to_numpy(dtype=float, na_value=np.nan)
    price = np.where(price > 0, price, np.nanmedian(price) if (price > 0).any() else 1.0)
    observed = np.log1p(earned / price)
    expected = np.log(np.maximum(_group_mean(earned, decay, group) / price, 0.05))
    sigma, scoring = _START_SIGMA, settings.scoring
    kappas = dict.fromkeys(sizes, scoring.shrinkage_kappa)
    for _ in range(_FIT_ROUNDS):
        mean, slope, variance = purchase_moments(expected, sigma)
        error = observed - mean
        weight = decay * slope**2 / variance * sigma**2
        work = expected + np.log(price) + error / slope
        pool = fit_additive(work - prior, weight, levels, sizes, kappas, rank, group)
        fitted = prior + pool.predict(levels, rank)
        level = fitted + _group_mean(work - fitted, weight, group)
        residual, expected = work - level, level - np.log(price)
        for name, size in sizes.items():
            if size >= scoring.shrinkage_learn_from_groups:
                # What the fit shrank away is put back before the spread of the levels is judged.
                raw = pool.effects[name] * (1 + kappas[name] / np.maximum(pool.weight[name], 1e-12))
                seen = pool.weight[name] > 1
                kappas[name] = learned_spread(raw[seen], pool.weight[name][seen], scoring.shrinkage_kappa, 1).kappa
        misfit = float(weight @ (error**2 / variance)) / max(float(weight.sum()), 1e-12)
        sigma = float(np.clip(sigma * np.sqrt(misfit), *_SIGMA_RANGE))
    return _Fit(pool, weight, residual)


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


def _factors(rows: pd.DataFrame, settings: Settings) -> dict[str, _Factor]:
    buckets = [bucket.key for bucket in settings.scoring.length_buckets]
    contents, types = list(settings.content_type), list(settings.send_type)
    content = rows["content_type_key"].where(
        rows["content_type_confidence"].fillna(0.0).astype(float) >= CONTENT_CONFIDENCE, other=pd.NA
    )
    bucket = pd.Categorical(rows["length_bucket"], categories=buckets).codes.astype(np.int64)
    points = np.array([row.price for row in settings.scoring.price_lengths])
    price = rows["price"].to_numpy(dtype=float, na_value=np.nan)
    point = np.abs(np.nan_to_num(price)[:, None] - points).argmin(axis=1)
    cell = np.where((price > 0) & (bucket >= 0), point * len(buckets) + bucket, -1)
    hours = rows["sent_hour"].to_numpy(dtype=np.int64)
    return {
        "hour": _Factor([str(h) for h in range(24)], hours, hour_prior(settings)),
        "weekday": _Factor([str(d) for d in range(7)], rows["sent_weekday"].to_numpy(dtype=np.int64), np.zeros(7)),
        "send_type": _Factor(
            types, pd.Categorical(rows["send_type_key"], categories=types).codes.astype(np.int64), np.zeros(len(types))
        ),
        "content_type": _Factor(
            contents,
            pd.Categorical(content, categories=contents).codes.astype(np.int64),
            np.log([row.price_factor for row in settings.content_types]),
        ),
        "length": _Factor(buckets, bucket, np.zeros(len(buckets))),
        "price_length": _Factor(
            [price_key(p, b) for p in points.tolist() for b in buckets], cell, _price_prior(settings)
        ),
    }


def price_key(price: float, bucket: str) -> str:
    """Key of a price_length cell: price point and length bucket."""
    return f"{price:.2f}|{bucket}"


def hour_prior(settings: Settings) -> Floats:
    """Log factor of each local hour from the pool means of T7.1, interpolated around the clock; mean 0."""
    curve = settings.timing.hour_pool_curve
    logs = np.interp(np.arange(24), sorted(curve), np.log([curve[h] for h in sorted(curve)]), period=24)
    prior: Floats = logs - logs.mean()
    return prior


def _price_prior(settings: Settings) -> Floats:
    """Log factor of each price point and length bucket from [10.11], judged at the bucket's first character."""
    starts = np.array([bucket.from_ for bucket in settings.scoring.length_buckets])
    rows = [
        np.select([starts < row.length[0], starts > row.length[1]], [row.too_short, row.too_long], 1.0)
        for row in settings.scoring.price_lengths
    ]
    prior: Floats = np.log(np.concatenate(rows))
    return prior


def _creator_curves(
    factors: dict[str, _Factor], pool: Additive, sample: _Sample, known: npt.NDArray[np.bool_], settings: Settings
) -> dict[str, tuple[list[str], Floats, Floats, Floats]]:
    """Keys, factor, log_sd and n_eff (each creators × keys) of every curve."""
    scoring = settings.scoring
    sigma2 = float(np.average(sample.residual**2, weights=sample.weight)) if len(sample.weight) else 0.0
    deviations = {n: np.zeros((sample.count, len(f.keys))) for n, f in factors.items() if n != "price_length"}
    spreads: dict[str, Floats] = {}
    rest = sample.residual.copy()
    for _ in range(_BACKFIT_ROUNDS):
        for name, current in deviations.items():
            levels = factors[name].levels[known]
            part = rest + np.append(current, np.zeros((sample.count, 1)), axis=1)[sample.creator, levels]
            sums = _cells(
                sample,
                levels,
                len(factors[name].keys),
                sample.weight,
                sample.weight * part,
                sample.weight * sample.decay,
            )
            if name == "hour":
                sums = [_smooth_hours(table) for table in sums]
            mean = np.where(sums[0] > 0, sums[1] / np.maximum(sums[0], 1e-12), np.nan)
            n = sums[0] ** 2 / np.maximum(sums[2], 1e-12)
            spread = learned_spread(
                mean.ravel(), n.ravel(), scoring.shrinkage_kappa, scoring.shrinkage_learn_from_groups
            )
            deviations[name] = posterior_mean(mean, n, 0.0, spread.kappa)
            spreads[name] = posterior_variance(n, spread)
            rest = part - np.append(deviations[name], np.zeros((sample.count, 1)), axis=1)[sample.creator, levels]
    curves, centred = {}, _centred(factors, pool)
    for name, factor in factors.items():
        (n,) = _cells(sample, factor.levels[known], len(factor.keys), sample.decay)
        log_factor = centred[name] + deviations.get(name, np.zeros((sample.count, 1)))
        pool_variance = sigma2 / (pool.weight[name] + scoring.shrinkage_kappa)
        sd = np.sqrt(pool_variance + spreads.get(name, np.zeros((sample.count, len(factor.keys)))))
        curves[name] = (factor.keys, _mean_one(np.exp(log_factor), n, pool.weight[name]), sd, n)
    curves["saturation"] = _saturation(pool, sample, rest, scoring.shrinkage_kappa, scoring.shrinkage_learn_from_groups)
    return curves


def _centred(factors: dict[str, _Factor], pool: Additive) -> dict[str, Floats]:
    """Log factors of the pool; a length carries the mean of its prices, price_length what a price adds.

    The fit cannot tell the two apart, only their sum is known.
    """
    logs = {name: factor.prior + pool.effects[name] for name, factor in factors.items()}
    cells = logs["price_length"].reshape(-1, len(logs["length"]))
    weight = pool.weight["price_length"].reshape(cells.shape) + 1e-9
    mean = (cells * weight).sum(axis=0) / weight.sum(axis=0)
    return {**logs, "length": logs["length"] + mean, "price_length": (cells - mean).ravel()}


def _saturation(
    pool: Additive, sample: _Sample, rest: Floats, kappa: float, least_groups: int
) -> tuple[list[str], Floats, Floats, Floats]:
    """Each creator's k: the pool's slope on the rank of the day plus its own, shrunk; never negative."""
    squares = np.bincount(sample.creator, sample.weight * sample.rank**2, minlength=sample.count)
    moment = np.bincount(sample.creator, sample.weight * sample.rank * rest, minlength=sample.count)
    slope = np.where(squares > 0, moment / np.maximum(squares, 1e-12), np.nan)
    spread = learned_spread(slope, squares, kappa, least_groups)
    k = -(pool.slopes["rank"] + posterior_mean(slope, squares, 0.0, spread.kappa))
    n: Floats = np.bincount(sample.creator, sample.decay, minlength=sample.count).astype(float)
    sd = np.sqrt(posterior_variance(squares, spread))
    return ["k"], np.maximum(k, 0.0)[:, None], sd[:, None], n[:, None]


def _group_mean(values: Floats, weight: Floats, group: npt.NDArray[np.integer]) -> Floats:
    """Weighted mean of each row's group; shape of ``values``."""
    total = np.bincount(group, weight)
    mean: Floats = (np.bincount(group, weight * values) / np.maximum(total, 1e-12))[group]
    return mean


def _cells(sample: _Sample, levels: Ints, size: int, *values: Floats) -> list[Floats]:
    """Sums of each of ``values`` per creator and level, each creators × size."""
    rows = levels >= 0
    cell = sample.creator[rows] * size + levels[rows]
    return [
        np.bincount(cell, value[rows], minlength=sample.count * size).astype(float).reshape(sample.count, size)
        for value in values
    ]


def _smooth_hours(table: Floats) -> Floats:
    before, here, after = _HOUR_KERNEL
    smooth: Floats = before * np.roll(table, 1, axis=1) + here * table + after * np.roll(table, -1, axis=1)
    return smooth


def _mean_one(factor: Floats, n: Floats, pool_weight: Floats) -> Floats:
    """Scaled to mean 1 over each creator's sends, over the pool's where it has none."""
    weights = np.where(n.sum(axis=1, keepdims=True) > 0, n, np.maximum(pool_weight, 1e-12)[None, :])
    scaled: Floats = factor / ((factor * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True))
    return scaled
