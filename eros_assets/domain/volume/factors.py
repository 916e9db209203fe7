"""Single figures of a page that its volume is made from: tier, scores, multipliers, weekdays, the cap of elasticity."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Bools, Floats, Ints, bools, floats
from eros_assets.settings import Volume


def volume_tiers(fan_counts: npt.ArrayLike, rule: Volume) -> npt.NDArray[np.str_]:
    """Volume tier of each fan count."""
    starts = np.array([tier.min_fans for tier in rule.tiers])
    index = np.searchsorted(starts, np.maximum(np.asarray(fan_counts, float), 0), side="right") - 1
    tiers: npt.NDArray[np.str_] = np.array([tier.key for tier in rule.tiers])[index]
    return tiers


def fused_scores(health: pd.DataFrame, rule: Volume) -> pd.DataFrame:
    """Fused saturation and opportunity of CREATOR_HEALTH rows, on the same index.

    Columns saturation, opportunity, fusion_confidence, is_rapid (a horizon moved away),
    direction (of saturation: increasing = declining page) and score_reason.
    """
    fusion = rule.fusion
    parts = {
        name: np.column_stack([floats(health[f"{name}_{days}d"]) for days in fusion.horizons])
        for name in ("saturation", "opportunity")
    }
    present = ~np.isnan(parts["saturation"]) & ~np.isnan(parts["opportunity"])
    moves = {name: values[:, 0] - values[:, -1] for name, values in parts.items()}
    rapid = np.maximum(np.abs(moves["saturation"]), np.abs(moves["opportunity"])) >= fusion.rapid_difference
    weights = np.where(rapid[:, None], fusion.rapid, fusion.normal) * present
    count = present.sum(axis=1)
    # The weight of a missing horizon is shared equally by the others.
    weights = np.where(present, weights + ((1 - weights.sum(axis=1)) / np.maximum(count, 1))[:, None], 0.0)
    sends = floats(health["priced_sends_30d"])
    trust = count / len(fusion.horizons)
    trust = trust * np.select(
        [sends < few.below for few in fusion.few_sends], [f.factor for f in fusion.few_sends], 1.0
    )
    usable, is_new = (trust >= fusion.usable_from) & (count > 0), bools(health["is_new"])
    fused = {
        name: np.where(
            is_new,
            getattr(rule.new_creator, name),
            np.where(usable, (np.nan_to_num(values) * weights).sum(axis=1), fusion.default_score),
        )
        for name, values in parts.items()
    }
    direction = np.select(
        [moves["saturation"] >= fusion.rapid_difference, moves["saturation"] <= -fusion.rapid_difference],
        ["increasing", "decreasing"],
        "stable",
    )
    reason = np.select([is_new, ~usable], ["new creator", "too few horizons or sends"], "weighted horizons")
    return pd.DataFrame(
        {**fused, "fusion_confidence": trust, "is_rapid": rapid, "direction": direction, "score_reason": reason},
        index=health.index,
    )


def saturation_multiplier(saturation: npt.ArrayLike, rule: Volume) -> Floats:
    """Piecewise linear factor between the points given."""
    scores, factors = zip(*rule.multipliers.saturation, strict=True)
    factor: Floats = np.interp(np.asarray(saturation, float), scores, factors)
    return factor


def opportunity_multiplier(saturation: npt.ArrayLike, opportunity: npt.ArrayLike, rule: Volume) -> Floats:
    """Factor of opportunity: none from saturation 50, 1.2 from opportunity 70, up to 1.1 below it when rested."""
    full, room = np.asarray(saturation, float), np.asarray(opportunity, float)
    points, mid = rule.multipliers, rule.multipliers.opportunity_mid
    rising = np.interp(room, [mid.from_, mid.to], [mid.low, mid.high])
    factor: Floats = np.select(
        [
            full >= points.opportunity_gate,
            room >= points.opportunity_high.from_,
            (room >= mid.from_) & (full < mid.below_saturation),
        ],
        [1.0, points.opportunity_high.factor, rising],
        1.0,
    )
    return factor


def damped(multiplier: npt.ArrayLike, confidence: npt.ArrayLike) -> Floats:
    """1 + (m − 1) × confidence."""
    result: Floats = 1.0 + (np.asarray(multiplier, float) - 1.0) * np.asarray(confidence, float)
    return result


def half_up(values: npt.ArrayLike) -> Ints:
    """Rounding of counts: half up on decimals, so that 2.5 is 3 and 0.1 × 25 too."""
    rounded: Ints = np.floor(np.round(np.asarray(values, float), 9) + 0.5).astype(np.int64)
    return rounded


def weekday_factors(lists: pd.Series, is_new: Bools, rule: Volume) -> Floats:
    """Weekday factors of each creator scaled to mean 1, shape (n, 7); new creators get the default."""
    default = list(rule.weekday.default)
    factors = np.array([default if new else json.loads(text) for text, new in zip(lists, is_new, strict=True)], float)
    scaled: Floats = factors / factors.mean(axis=1, keepdims=True)
    return scaled


def elasticity_cap(r0: Floats, k: Floats, rule: Volume) -> Ints:
    """Most revenue sends a day, shape (n,).

    The lower of the volume whose efficiency exp(−k·v) is still enough and the volume whose
    marginal revenue per recipient is still worth a send. The latter threshold is absolute for
    pages at or above the default r0 and the same share of r0 below it: a page with many cheap fans
    earns little per recipient on its first send already, which says nothing about fatigue.
    """
    point = rule.elasticity
    efficient = np.floor(np.round(-np.log(point.min_efficiency) / k, 9))
    threshold = np.minimum(point.least_marginal_rpr, r0 * point.least_marginal_rpr / point.default_r0)
    best = np.floor(np.round(np.log(r0 / threshold) / k, 9))
    cap: Ints = np.clip(np.minimum(efficient, best), 1, point.max_volume).astype(np.int64)
    return cap
