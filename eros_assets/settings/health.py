"""Parts of ``config/volume.yaml`` that judge a page: health scores, confidence, weekdays and elasticity."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from eros_assets.settings.types import (
    Count,
    Discount,
    Dollars,
    Factor,
    Minutes,
    Name,
    PartialShare,
    Points,
    PositiveCount,
    PositiveDays,
    PositivePoints,
    PositiveSends,
    PositiveShare,
    Premium,
    Range,
    Share,
    Typed,
    require_sorted,
    steps,
    sums_to,
)

Thirds = Annotated[tuple[Share, Share, Share], sums_to(1)]
"""Weights of three windows."""


class SaturationPoints(Typed):
    """What raises the saturation score: a fall of a figure, and its points."""

    rps_fall: PartialShare
    rps_points: PositivePoints
    view_fall: PartialShare
    view_points: PositivePoints
    purchase_fall: PartialShare
    purchase_points: PositivePoints
    volatility: Factor
    volatility_points: PositivePoints


class OpportunityPoints(Typed):
    """What raises the opportunity score: a rise of a figure, and its points."""

    rps_ratio: Premium
    rps_points: PositivePoints
    view_rise: PositiveShare
    view_points: PositivePoints
    purchase_rate: PartialShare
    purchase_points: PositivePoints
    fan_growth: PositiveShare
    fan_points: PositivePoints


class HealthScores(Typed):
    """Saturation and opportunity of a page, 0–100."""

    window_days: PositiveDays
    start: PositivePoints
    min_sends: PositiveCount
    saturation: SaturationPoints
    opportunity: OpportunityPoints


class FewSends(Typed):
    """A window with fewer sends than this weighs so much less."""

    below: PositiveCount
    factor: Discount


class Fusion(Typed):
    """How the scores of three windows become one; ``rapid`` where the shortest departs."""

    horizons: tuple[PositiveDays, PositiveDays, PositiveDays]
    normal: Thirds
    rapid: Thirds
    rapid_difference: PositivePoints
    default_score: PositivePoints
    few_sends: Annotated[tuple[FewSends, FewSends], steps("below", falling=False)]
    usable_from: PositiveShare

    @model_validator(mode="after")
    def _rises(self) -> Fusion:
        require_sorted(self.horizons, "horizons")
        return self


class OpportunityHigh(Typed):
    """Factor of volume from this opportunity on."""

    from_: PositivePoints = Field(alias="from")
    factor: Premium


class OpportunityMid(Typed):
    """Factors of volume between two opportunities, where the page is not saturated."""

    from_: PositivePoints = Field(alias="from")
    to: PositivePoints
    below_saturation: PositivePoints
    low: Factor
    high: Factor

    @model_validator(mode="after")
    def _rises(self) -> OpportunityMid:
        require_sorted((self.from_, self.to), "from and to")
        require_sorted((self.low, self.high), "low and high")
        return self


def _from_0_to_100(curve: tuple[tuple[float, float], ...]) -> None:
    scores = [score for score, _ in curve]
    require_sorted(scores, "scores")
    if not scores or (scores[0], scores[-1]) != (0, 100):
        raise ValueError(f"scores {scores}; needed: from 0 to 100")


class Multipliers(Typed):
    """What the scores multiply volume by; ``saturation`` is a line through (score, factor)."""

    saturation: tuple[tuple[Points, Discount], ...]
    opportunity_gate: PositivePoints
    opportunity_high: OpportunityHigh
    opportunity_mid: OpportunityMid
    trend_step: PartialShare

    @model_validator(mode="after")
    def _is_whole(self) -> Multipliers:
        _from_0_to_100(self.saturation)
        middle, high = self.opportunity_mid.to, self.opportunity_high.from_
        if middle > high:
            raise ValueError(f"opportunity_mid up to {middle}; allowed: up to opportunity_high, {high}")
        return self


class ConfidenceStep(Typed):
    """Confidence from so many sends on."""

    from_: Count = Field(alias="from")
    value: PositiveShare


class Confidence(Typed):
    """Confidence by the sends of the last days."""

    window_days: PositiveDays
    steps: Annotated[tuple[ConfidenceStep, ...], steps("from_", last=0), steps("value")]


class ConfidenceRow(Typed):
    """Confidence row [10.15, 10.12]: applies from ``from_`` (inclusive) up to the next row."""

    from_: Share = Field(alias="from")
    name: Name
    volume: Discount
    rest_days: PositiveDays
    followups: PositiveShare
    price: Discount
    min_types: PositiveCount
    spacing_tolerance_minutes: Minutes


class NewCreator(Typed):
    """Who counts as new, and the scores he starts with."""

    min_sends_30d: PositiveCount
    first_send_days: PositiveDays
    saturation: PositivePoints
    opportunity: PositivePoints


class WeekdaySpread(Typed):
    """Factors of the weekdays, learned from enough sends, else by default."""

    window_days: PositiveDays
    min_day_sends: PositiveCount
    min_sends: PositiveCount
    clamp: Range[Factor]
    full_confidence_ratio: Premium
    default: tuple[Factor, Factor, Factor, Factor, Factor, Factor, Factor]


class Elasticity(Typed):
    """What one more send a day earns: RPR = r0 · exp(-k · volume)."""

    window_days: PositiveDays
    min_levels: Annotated[int, Field(ge=2, le=100)]
    min_days_per_level: PositiveDays
    min_r2: PartialShare
    default_r0: Annotated[float, Field(gt=0, le=1000)]
    default_k: Annotated[float, Field(gt=0, le=10)]
    min_efficiency: PositiveShare
    least_marginal_rpr: Annotated[Dollars, Field(gt=0, le=1000)]
    max_volume: PositiveSends
