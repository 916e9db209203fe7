"""How many revenue sends a week the volume rules grant a page, worked out from the tables alone [10.15].

Belongs here: the second, independent derivation of a page's revenue volume, for judging what was planned.
It must not share code with the planner's (`eros_assets.domain.volume`): a fault there has to show here as
a difference. Figures come from the configuration, which is their one home.

The steps, in order: base volume of page type and tier · fused saturation and opportunity · their
multipliers, damped by confidence · earnings trend · volume of the confidence row · bounds · weekday
spread · elasticity.
"""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.rules.columns import numbers, truths
from eros_assets.rules.reference import Reference
from eros_assets.settings import Volume

WEEK = 7
"""Days over which a week's total is spread."""
_EXACT = 9  # decimals that count: what differs beyond them is the noise of binary fractions


def granted_revenue_sends(reference: Reference) -> Ints:
    """Revenue sends a week that each row of ``reference.weeks`` is granted, volume triggers apart, shape (n,)."""
    rule, weeks = reference.settings.volume, reference.weeks
    if weeks.empty:
        return np.empty(0, dtype=np.int64)
    is_new = truths(weeks["is_new"]).to_numpy(dtype=bool)
    saturation, opportunity = _scores(weeks, is_new, rule)
    per_day = rounded(
        _base(weeks, rule)
        * _damped(_tired(saturation, rule), weeks["confidence"])
        * _damped(_room(saturation, opportunity, rule), weeks["confidence"])
    )
    change = np.where(is_new, 0.0, np.nan_to_num(numbers(weeks["earnings_trend"])))
    step, bound = rule.multipliers.trend_step, rule.bounds["revenue"]
    per_day = per_day + (change > step) - (change < -step)
    # A page with any revenue send keeps at least one, however little its row of confidence grants.
    per_day = np.where(per_day > 0, np.maximum(rounded(per_day * reference.confidence_figure("volume")), 1), 0)
    total = np.minimum(per_day.clip(bound.day_min, bound.day_max) * WEEK, bound.week_max)
    days = _spread(total, _weekdays(weeks, is_new, rule), bound.day_min, bound.day_max)
    granted: Ints = np.minimum(days, _most_a_day(weeks, rule)[:, None]).sum(axis=1)
    return granted


def rounded(values: npt.ArrayLike) -> Ints:
    """Whole numbers of values from 0 on, half up: 2.5 is 3."""
    exact = np.round(np.asarray(values, dtype=float), _EXACT)
    below = np.trunc(exact)
    whole: Ints = (below + (exact - below >= 0.5)).astype(np.int64)
    return whole


def _base(weeks: pd.DataFrame, rule: Volume) -> Floats:
    """Base revenue sends a day of page type and tier."""
    table = {(page, tier): counts[0] for page, row in rule.base_per_day.items() for tier, counts in row.items()}
    return np.array([table[place] for place in zip(weeks["page_type"], weeks["tier"], strict=True)], dtype=float)


def _scores(weeks: pd.DataFrame, is_new: npt.NDArray[np.bool_], rule: Volume) -> tuple[Floats, Floats]:
    """Saturation and opportunity fused over the horizons; a default where too little is known, fixed for new pages."""
    fusion = rule.fusion
    names = ("saturation", "opportunity")
    seen = {name: np.stack([numbers(weeks[f"{name}_{days}d"]) for days in fusion.horizons], axis=1) for name in names}
    known = np.isfinite(seen["saturation"]) & np.isfinite(seen["opportunity"])
    moved = np.stack([np.abs(seen[name][:, 0] - seen[name][:, -1]) for name in names], axis=1)
    is_rapid = np.isfinite(moved).all(axis=1) & (moved >= fusion.rapid_difference).any(axis=1)
    weight = np.where(is_rapid[:, None], np.array(fusion.rapid), np.array(fusion.normal))
    missing = np.where(known, 0.0, weight).sum(axis=1, keepdims=True)
    # What the missing horizons would weigh is shared equally by the others.
    weight = np.where(known, weight + missing / known.sum(axis=1, keepdims=True).clip(1), 0.0)
    trust = known.mean(axis=1)
    sends = numbers(weeks["priced_sends_30d"])
    for few in sorted(fusion.few_sends, key=lambda few: -few.below):
        trust = np.where(sends < few.below, known.mean(axis=1) * few.factor, trust)
    is_usable = known.any(axis=1) & (trust >= fusion.usable_from)
    scores = []
    for name in names:
        fused = (np.where(known, seen[name], 0.0) * weight).sum(axis=1)
        fused = np.where(is_usable, fused, fusion.default_score)
        scores.append(np.where(is_new, getattr(rule.new_creator, name), fused))
    return scores[0], scores[1]


def _tired(saturation: Floats, rule: Volume) -> Floats:
    """Factor of a saturated audience: a line through the configured points, level outside them."""
    points = sorted(rule.multipliers.saturation)
    factor = np.full(len(saturation), points[0][1], dtype=float)
    for (left, high), (right, low) in pairwise(points):
        part = np.clip((saturation - left) / max(right - left, 1e-12), 0.0, 1.0)
        factor = np.where(saturation > left, high + (low - high) * part, factor)
    return factor


def _room(saturation: Floats, opportunity: Floats, rule: Volume) -> Floats:
    """Factor of a page with room for more: only while it is not saturated, less of it in the middle."""
    points, mid = rule.multipliers, rule.multipliers.opportunity_mid
    part = (opportunity - mid.from_) / (mid.to - mid.from_)
    is_rested = (saturation < mid.below_saturation) & (opportunity >= mid.from_)
    factor = np.where(is_rested, mid.low + (mid.high - mid.low) * np.minimum(part, 1.0), 1.0)
    factor = np.where(opportunity >= points.opportunity_high.from_, points.opportunity_high.factor, factor)
    open_: Floats = np.where(saturation < points.opportunity_gate, factor, 1.0)
    return open_


def _damped(factor: Floats, confidence: pd.Series) -> Floats:
    """A factor as far as the page's data may be trusted: 1 without any confidence, the whole factor with full."""
    trust = confidence.to_numpy(dtype=float)
    part: Floats = factor * trust + (1.0 - trust)
    return part


def _weekdays(weeks: pd.DataFrame, is_new: npt.NDArray[np.bool_], rule: Volume) -> Floats:
    """Share of the week that falls on each day, shape (n, 7); new pages and those without any get the default."""
    default = json.dumps(rule.weekday.default)
    lists = weeks["weekday_factors"].astype("str").fillna(default).mask(pd.Series(is_new, index=weeks.index), default)
    factors = np.array([json.loads(text) for text in lists], dtype=float).reshape(-1, WEEK)
    shares: Floats = factors / factors.sum(axis=1, keepdims=True)
    return shares


def _spread(total: Ints, share: Floats, least: int, most: int) -> Ints:
    """Each week's total over its days, shape (n, 7): every further send goes to the day farthest below its share."""
    due = np.round(total[:, None] * share, _EXACT)
    days = np.full(due.shape, least, dtype=np.int64)
    for _ in range(int((total - days.sum(axis=1)).max(initial=0))):
        lack = np.where(days < most, due - days, -np.inf)
        rows = np.flatnonzero((days.sum(axis=1) < total) & np.isfinite(lack).any(axis=1))
        days[rows, lack[rows].argmax(axis=1)] += 1
    return days


def _most_a_day(weeks: pd.DataFrame, rule: Volume) -> Ints:
    """Most revenue sends a day before the audience tires of them, at least 1.

    The v-th send of a day earns r0 · exp(−k·v) per recipient. It is worth sending while that share is not too
    small and the dollars are not too few; a page below the default r0 is held to the same share of its own r0.
    """
    point = rule.elasticity
    r0 = np.nan_to_num(numbers(weeks["elasticity_r0"]), nan=point.default_r0)[:, None]
    k = np.nan_to_num(numbers(weeks["elasticity_k"]), nan=point.default_k)[:, None]
    left = np.exp(-k * np.arange(1, point.max_volume + 1))
    least = point.least_marginal_rpr * np.minimum(1.0, r0 / point.default_r0)
    is_worth = (left >= point.min_efficiency * (1 - 1e-9)) & (r0 * left >= least * (1 - 1e-9))
    most: Ints = np.maximum(is_worth.sum(axis=1), 1)
    return most
