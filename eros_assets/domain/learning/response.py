"""How expected revenue answers to hour, weekday, type, content, length, price and volume.

The pool's effects come from one fit over all creators (:mod:`eros_assets.domain.learning.pool_fit`), each
creator's own deviations from one mixed model (:mod:`eros_assets.domain.learning.mixed`).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.codes import codes_of
from eros_assets.domain.learning.caption_effects import quality_variance
from eros_assets.domain.learning.pool_fit import DECIMALS, PoolFit, fit_pool, price_key
from eros_assets.settings import Settings

Curve = tuple[list[str], Floats, Floats, Floats]
"""Keys, and factor, log_sd and n_eff of each creator and key."""


def response_curves(
    sends: pd.DataFrame, health: pd.DataFrame, settings: Settings, week_start: date, as_of: date
) -> pd.DataFrame:
    """RESPONSE_CURVES of every creator of ``health`` for one week, learned from sends ≤ ``as_of``.

    ``sends`` is FCT_SENDS of all creators (365 days are used). Factors are scaled to mean 1 over
    the creator's own sends; a page without sends gets the pool's curves. The saturation curve's
    factor is k in exp(−k · earlier priced sends of the day).
    """
    return curves_of(fit_pool(sends, settings, as_of), health, settings, week_start)


def curves_of(fit: PoolFit, health: pd.DataFrame, settings: Settings, week_start: date) -> pd.DataFrame:
    """RESPONSE_CURVES of every creator of ``health`` from a fit."""
    creators = health["creator_id"].drop_duplicates().sort_values().tolist()
    curves = _creator_curves(fit, creators, settings)
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "creator_id": np.repeat(np.array(creators, dtype=object), len(keys)),
                    "curve": name,
                    "curve_key": np.tile(np.array(keys, dtype=object), len(creators)),
                    "factor": factor.ravel().round(DECIMALS),
                    "log_sd": sd.ravel().round(DECIMALS),
                    "n_eff": n.ravel().round(DECIMALS),
                }
            )
            for name, (keys, factor, sd, n) in curves.items()
        ],
        ignore_index=True,
    )
    frame.insert(0, "week_start", pd.Timestamp(week_start))
    return frames.RESPONSE_CURVES.conform(frame)


def log_product(curves: pd.DataFrame, rows: pd.DataFrame, settings: Settings) -> Floats:
    """Log of the product of the response factors of each send; an unknown key or creator adds nothing.

    ``rows`` has creator_id, sent_hour, sent_weekday, send_type_key, content_type_key, length_bucket,
    price and day_rank of FCT_SENDS and ``earning_sends``.
    """
    creators = pd.Index(sorted(curves["creator_id"].unique()), dtype=object)
    creator = creators.get_indexer(pd.Index(rows["creator_id"].astype(object)))
    points, buckets = settings.scoring.price_points, [bucket.key for bucket in settings.scoring.length_buckets]
    price = rows["price"].to_numpy(dtype=float, na_value=np.nan)
    point = np.abs(np.nan_to_num(price)[:, None] - np.array(points)).argmin(axis=1)
    bucket = pd.Index(buckets).get_indexer(pd.Index(rows["length_bucket"].astype(object)))
    is_ppv = rows["send_type_key"].isin([kind.key for kind in settings.send_types if kind.is_ppv])
    cells = np.array([price_key(p, b) for p in points for b in buckets], dtype=object)
    keys = {
        "hour": rows["sent_hour"].astype(str),
        "weekday": rows["sent_weekday"].astype(str),
        "send_type": rows["send_type_key"],
        "content_type": rows["content_type_key"],
        "length": rows["length_bucket"],
        "price_length": np.where(is_ppv & (bucket >= 0), cells[point * len(buckets) + bucket], None),
    }
    total = np.zeros(len(rows))
    for name, part in curves.groupby("curve"):
        table = part.pivot_table(index="creator_id", columns="curve_key", values="factor", observed=True)
        values = table.reindex(creators).to_numpy(dtype=float, na_value=np.nan)
        if name == "saturation":
            k = np.nan_to_num(np.append(values[:, 0], 0.0)[creator])
            total -= np.where(price > 0, k * rows["day_rank"].to_numpy(dtype=float), 0.0)
            continue
        key = pd.Index(table.columns.astype(object)).get_indexer(np.asarray(keys[str(name)], dtype=object))
        known = (creator >= 0) & (key >= 0)
        total[known] += np.nan_to_num(np.log(values[creator[known], key[known]]))
    return total


def _creator_curves(fit: PoolFit, creators: list[str], settings: Settings) -> dict[str, Curve]:
    kappa, count = settings.scoring.shrinkage_kappa, len(creators)
    creator = codes_of(fit.rows["creator_id"], creators)
    caption = pd.factorize(fit.rows["caption_hash"])[0].astype(np.int64)
    planned = creator >= 0
    places = pd.Index(fit.creators[1], dtype=object).get_indexer(pd.Index(creators, dtype=object))
    own = fit.deviations.of(places.astype(np.int64))
    quality = quality_variance(fit, settings)
    curves: dict[str, Curve] = {}
    nothing = np.zeros((count, 1))
    for name, logs in _pool_logs(fit, settings).items():
        levels, size = fit.factors[name].levels, len(logs)
        n, told = (_cells(creator, levels, values, count, size) for values in (fit.decay, fit.precision))
        # A pool effect is as sure as its sends are many, and the creators and captions behind them.
        sends, prior = told.sum(axis=0), kappa / max(fit.within, 1e-12)
        owners = own.between.get(name, 0.0) * _concentration(
            np.where(planned, creator, -1), levels, fit.precision, size
        )
        owners += quality * _concentration(caption, levels, fit.precision, size)
        if name == "send_type":
            # A type known from a few captions of a few pages may owe its earnings to them: believe it the less.
            logs = logs / (1.0 + owners / (1.0 / prior + 1.0 / np.maximum(sends, 1e-12)))
        doubt = 1.0 / (sends + prior) + owners
        sd = np.sqrt(own.variance.get(name, nothing) + doubt)
        factor = _mean_one(np.exp(logs + own.mean.get(name, nothing)), n, fit.pool.weight[name])
        curves[name] = (fit.factors[name].keys, factor, np.broadcast_to(sd, n.shape), n)
    curves["saturation"] = (
        ["k"],
        np.maximum(-(fit.pool.slopes["rank"] + own.mean["rank"]), 0.0),
        np.sqrt(own.variance["rank"]),
        _cells(creator, np.zeros(len(creator), dtype=np.int64), fit.decay, count, 1),
    )
    return curves


def _pool_logs(fit: PoolFit, settings: Settings) -> dict[str, Floats]:
    """Log factors of the pool; only PPV messages have a price_length factor, its mean belongs to their types."""
    logs = {name: factor.prior + fit.pool.effects[name] for name, factor in fit.factors.items()}
    cells, weight = logs["price_length"], fit.pool.weight["price_length"]
    mean = float((cells * weight).sum() / max(weight.sum(), 1e-12))
    is_ppv = np.array([settings.send_type[key].is_ppv for key in fit.factors["send_type"].keys])
    return {**logs, "price_length": cells - mean, "send_type": logs["send_type"] + np.where(is_ppv, mean, 0.0)}


def _concentration(owner: Ints, levels: Ints, weight: Floats, size: int) -> Floats:
    """Σ share² of the owners (−1 none) behind each level: 1 ÷ their number when all weigh alike."""
    rows = (levels >= 0) & (owner >= 0)
    span = int(owner.max(initial=0)) + 1
    cell, code = np.unique(levels[rows] * span + owner[rows], return_inverse=True)
    level, told = cell // span, np.bincount(code, weight[rows], minlength=len(cell))
    total = np.maximum(np.bincount(level, told, minlength=size), 1e-12)
    concentration: Floats = np.bincount(level, (told / total[level]) ** 2, minlength=size).astype(float)
    return concentration


def _cells(creator: Ints, levels: Ints, values: Floats, count: int, size: int) -> Floats:
    """Sums of ``values`` per creator and level, creators × size; a code of −1 counts nowhere."""
    rows = (creator >= 0) & (levels >= 0)
    sums = np.bincount(creator[rows] * size + levels[rows], values[rows], minlength=count * size)
    table: Floats = sums.astype(float).reshape(count, size)
    return table


def _mean_one(factor: Floats, n: Floats, pool_weight: Floats) -> Floats:
    """Scaled to mean 1 over each creator's sends, over the pool's where it has none."""
    weights = np.where(n.sum(axis=1, keepdims=True) > 0, n, np.maximum(pool_weight, 1e-12)[None, :])
    scaled: Floats = factor / ((factor * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True))
    return scaled
