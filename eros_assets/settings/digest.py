"""``config/digest.yaml``: the daily digest, the data quality score and the report pages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from eros_assets.settings.types import (
    Name,
    PartialShare,
    Points,
    PositiveCount,
    PositiveDays,
    PositiveDollars,
    PositiveHours,
    PositiveMinutes,
    PositivePoints,
    PositiveShare,
    Premium,
    Typed,
    require_sorted,
    require_sum,
    steps,
)


class QualityWeights(Typed):
    """Parts of the data quality score, points that sum to 100."""

    referential_integrity: PositivePoints
    sends_linked: PositivePoints
    freshness_valid: PositivePoints
    performance_valid: PositivePoints
    creator_completeness: PositivePoints
    logical_integrity: PositivePoints

    @model_validator(mode="after")
    def _sums_to_100(self) -> QualityWeights:
        require_sum((value for _, value in self), 100)
        return self


class Grade(Typed):
    """A letter from so many points on."""

    from_: Points = Field(alias="from")
    grade: Name


class PageRules(Typed):
    """What report pages show."""

    event_minutes: PositiveMinutes
    recent_weeks: PositiveCount


class Targets(Typed):
    """What the dashboard holds figures against."""

    rps_target: PositiveDollars
    conversion_target: PositiveShare
    validation_failure_share: PositiveShare
    generation_seconds: Annotated[float, Field(gt=0, le=86_400)]


class DigestRules(Typed):
    """The daily digest and the report pages."""

    horizons: tuple[PositiveDays, PositiveDays, PositiveDays]
    horizon_min_sends: PositiveCount
    mean_days: PositiveDays
    best_sends: PositiveCount
    pattern_min_sends: PositiveCount
    best_content_types: PositiveCount
    best_hours: PositiveCount
    lowest_share: PartialShare
    frequency_gap: Premium
    length_share_high: PositiveShare
    interval: PartialShare
    shift_share: PositiveShare
    volume_days: PositiveDays
    today_hours: PositiveHours
    max_recommendations: PositiveCount
    max_unknown_pages: PositiveCount
    new_page_days: PositiveDays
    quality_weights: QualityWeights
    grades: Annotated[tuple[Grade, ...], steps("from_", last=0)]
    page: PageRules
    targets: Targets

    @model_validator(mode="after")
    def _rises(self) -> DigestRules:
        require_sorted(self.horizons, "horizons")
        return self
