"""What a caption is worth in a slot: the one formula of every stage.

Expected revenue of the caption × send type × weekday × saturation × hour × price and length. The
last five apply to revenue sends; engagement and retention sends count at their dollar value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.figures import PLAN_INTERVAL
from eros_assets.domain.volume import DAYS
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.pricing import price_of_captions
from eros_assets.settings import SendType, Settings

INTERVAL_Z = float(norm.ppf((1 + PLAN_INTERVAL) / 2))
"""Standard deviations on either side of the mean that the interval of a plan reaches."""


class Values:
    """Dollars of captions in the week's send types; what was worked out once is kept for the next question."""

    def __init__(self, week: CreatorWeek, eligibility: Eligibility) -> None:
        self.week, self.eligibility = week, eligibility
        self._of_type: dict[str, Floats] = {}

    def of_type(self, key: str) -> Floats:
        """Dollars of each caption of ``eligible(key)`` in this send type at a mean hour of a mean day."""
        if key not in self._of_type:
            self._of_type[key] = self._find(self.week.settings.send_type[key])
        return self._of_type[key]

    def of_captions(self, key: str, positions: Ints) -> Floats:
        """:meth:`of_type` of some eligible captions, by their positions among the candidates."""
        return self.of_type(key)[np.searchsorted(self.eligibility.eligible(key).positions, positions)]

    def type_means(self, counts: Mapping[str, int], factors: Floats) -> dict[tuple[str, int], float]:
        """Dollars of a send type on each weekday at a mean hour: mean of as many best captions as it needs.

        ``counts`` are sends a week by type, ``factors`` those of :func:`day_factors`.
        """
        values: dict[tuple[str, int], float] = {}
        for key, count in counts.items():
            best = np.sort(self.of_type(key))[::-1][: max(count, 1)]
            mean = float(best.mean()) if len(best) else 0.0
            is_revenue = self.week.settings.send_type[key].category == "revenue"
            for day in range(DAYS):
                values[key, day] = mean * (float(factors[day]) if is_revenue else 1.0)
        return values

    def _find(self, kind: SendType) -> Floats:
        positions = self.eligibility.eligible(kind.key).positions
        own = self.week.candidates.expected_revenue[positions] * _type_ratio(self.week, kind, positions)
        return own * _price_length_factor(self.week, kind, positions)


def day_factors(week: CreatorWeek, revenue_per_day: Sequence[int]) -> Floats:
    """Weekday × saturation factor of revenue sends on each day; shape (7,)."""
    weekdays = np.array([week.factor("weekday", day) for day in range(DAYS)])
    return np.asarray(weekdays * np.array([saturation(week, int(count)) for count in revenue_per_day]))


def saturation(week: CreatorWeek, priced: int) -> float:
    """Mean factor of ``priced`` revenue sends on one day: e⁰ … e^(−k(n−1)) shared evenly.

    Fatigue follows from the day's volume, not from the order of its sends, so the sends of a day share it.
    """
    default = week.health.get("elasticity_k") or week.settings.volume.elasticity.default_k
    k = float(week.curves.get("saturation", {}).get("k", default))
    return float(np.exp(-k * np.arange(priced)).mean()) if priced else 1.0


def slot_factor(week: CreatorWeek, kind: SendType, day_factor: float, hour: int) -> float:
    """What day and hour make of a caption's value in this send type."""
    return day_factor * float(week.hour_factor[hour]) if kind.category == "revenue" else 1.0


def interval(expected: float, log_sd: float) -> tuple[float, float]:
    """80% interval of the expected revenue, from the uncertainty of its logarithm."""
    spread = float(np.exp(INTERVAL_Z * log_sd))
    return expected / spread, expected * spread


def _type_ratio(week: CreatorWeek, kind: SendType, positions: Ints) -> Floats:
    """Value of captions in this send type against the one each was written for.

    Priced types differ by their response factors; engagement sends count alike. A text that changes between priced and
    unpriced sends (a PPV text in a link drop) is worth what such sends are to each other.
    """
    candidates, is_priced = week.candidates, kind.money != "none"
    own = week.factor("send_type", kind.key) if is_priced else 1.0
    written_for = _first_send_types(week.settings)
    codes, types = pd.factorize(candidates.caption_type[positions])
    firsts = [week.factor("send_type", written_for[name]) if name in written_for else 1.0 for name in [*types, ""]]
    first = np.maximum(np.array(firsts), 1e-9)[codes]
    share = week.settings.scoring.engagement_value_share
    ratio = own / np.where(candidates.is_priced[positions], first, 1.0)
    change = np.where(candidates.is_priced[positions] == is_priced, 1.0, 1 / share if is_priced else share)
    return np.asarray(ratio * change)


def _first_send_types(settings: Settings) -> dict[str, str]:
    """Caption type → the send type it was written for: the first by ``sort`` that lists it first."""
    first: dict[str, str] = {}
    for kind in sorted(settings.send_types, key=lambda row: row.sort):
        first.setdefault(kind.caption_types[0], kind.key)
    return first


def _price_length_factor(week: CreatorWeek, kind: SendType, positions: Ints) -> Floats:
    """Response to the pair of price and length of a PPV message [10.11]; 1 for other types and unknown pairs."""
    curve = week.curves.get("price_length")
    if not kind.is_ppv or not curve:
        return np.ones(len(positions))
    named = {float(name.split("|")[0]): name.split("|")[0] for name in curve}
    points = np.array(sorted(named))
    price = price_of_captions(week, kind, positions)
    nearest = points[np.abs(price[:, None] - points[None, :]).argmin(axis=1)]
    buckets = week.candidates.bucket[positions]
    return np.array([curve.get(f"{named[p]}|{bucket}", 1.0) for p, bucket in zip(nearest, buckets, strict=True)])
