"""What a caption is worth in a slot: the one formula of every stage.

expected revenue of the caption × send type × weekday × saturation × hour × price and length. The
last five apply to revenue sends; engagement and retention sends count at their dollar value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eros_assets.planning.week.creator_week import DAYS, CreatorWeek, Floats, Ints
from eros_assets.planning.week.pricing import prices
from eros_assets.settings import SendType

Z80 = 1.2815515655446004
"""Standard normal quantile of an 80% interval."""


def caption_values(week: CreatorWeek, key: str) -> Floats:
    """Dollars of each caption of ``eligible(key)`` in this send type at a mean hour of a mean day."""
    if key not in week.values:
        where, _, _ = week.eligible(key)
        kind = week.settings.send_type[key]
        own = week.pool.expected_revenue[where] * week.type_ratio(key)
        week.values[key] = own * price_length_factor(week, kind, where)
    return week.values[key]


def price_length_factor(week: CreatorWeek, kind: SendType, where: Ints) -> Floats:
    """Response to the pair of price and length of a PPV message [10.11]; 1 for other types and unknown pairs."""
    curve = week.curves.get("price_length")
    if not kind.is_ppv or not curve:
        return np.ones(len(where))
    points = np.array(sorted({float(name.split("|")[0]) for name in curve}))
    price = prices(week, kind, where)
    nearest = points[np.abs(price[:, None] - points[None, :]).argmin(axis=1)]
    named = {float(name.split("|")[0]): name.split("|")[0] for name in curve}
    return np.array(
        [curve.get(f"{named[p]}|{bucket}", 1.0) for p, bucket in zip(nearest, week.pool.bucket[where], strict=True)]
    )


def day_factors(week: CreatorWeek, revenue_per_day: Sequence[int]) -> Floats:
    """Weekday × saturation factor of revenue sends on each day; shape (7,)."""
    return np.asarray(week.weekday_factor * np.array([week.saturation(int(n)) for n in revenue_per_day]))


def slot_factor(week: CreatorWeek, kind: SendType, day_factor: float, hour: int) -> float:
    """What day and hour make of a caption's value in this send type."""
    return day_factor * float(week.hour_factor[hour]) if kind.category == "revenue" else 1.0


def mean_type_values(week: CreatorWeek, counts: dict[str, int], factors: Floats) -> dict[tuple[str, int], float]:
    """Dollars of a send type on each weekday at a mean hour: mean of as many best captions as it needs."""
    values: dict[tuple[str, int], float] = {}
    for key, count in counts.items():
        best = np.sort(caption_values(week, key))[::-1][: max(count, 1)]
        mean = float(best.mean()) if len(best) else 0.0
        is_revenue = week.settings.send_type[key].category == "revenue"
        for day in range(DAYS):
            values[key, day] = mean * (float(factors[day]) if is_revenue else 1.0)
    return values


def interval(expected: float, log_sd: float) -> tuple[float, float]:
    """80% interval of the expected revenue, from the uncertainty of its logarithm."""
    spread = float(np.exp(Z80 * log_sd))
    return expected / spread, expected * spread
