"""``config/scoring.yaml``: what a send and a caption are worth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from eros_assets.settings.types import (
    Characters,
    Days,
    Discount,
    Factor,
    Level,
    Listed,
    Name,
    PartialShare,
    Points,
    PositiveCharacters,
    PositiveCount,
    PositiveDays,
    PositiveHours,
    PositivePoints,
    PositiveSends,
    PositiveShare,
    Price,
    Range,
    Share,
    Typed,
    Weight,
    has_keys,
    require_sorted,
    require_sum,
    steps,
    sums_to,
    unique_by,
)

HalfLife = Annotated[float, Field(gt=0, le=3660)]
"""Days."""


class LengthBucket(Typed):
    """Lengths from ``from_`` characters up to the next bucket, and what they multiply a score by."""

    key: Name
    from_: Characters = Field(alias="from")
    multiplier: PositiveShare


class ExecutionWeights(Typed):
    """Weights of the checks of a caption's execution; those that do not apply leave theirs to the others."""

    structure: PositiveShare
    length: PositiveShare
    emoji: PositiveShare
    price: PositiveShare
    tone: PositiveShare

    @model_validator(mode="after")
    def _weighs_one(self) -> ExecutionWeights:
        require_sum((value for _, value in self), 1)
        return self


class DiversityScore(Typed):
    """1 − step · k for k earlier uses in the week, from ``steep_from`` on 1 − steep_step · k, at least the floor."""

    step: PartialShare
    steep_from: PositiveCount
    steep_step: PartialShare
    floor: PositiveShare


class Decay(Typed):
    """Half-life and window, days."""

    half_life: HalfLife
    window: PositiveDays


class Freshness(Typed):
    """How a caption recovers from its uses: half-life in days, factor of each repeat, weight of others' uses."""

    half_life: HalfLife
    repeat_factor: Discount
    floor: Points
    other_creator_weight: Share
    month_max: PositiveSends


class Likeness(Typed):
    """When two texts read alike: this share of their words, or so many first words, in common."""

    least_jaccard: PositiveShare
    opening_words: Annotated[int, Field(ge=2, le=1000)]


class NewCaptionScore(Typed):
    """Score of a caption without sends, from so many characters on."""

    from_: Characters = Field(alias="from")
    score: Points


class PerformanceTiers(Typed):
    """Least scores of the tiers, and the evidence that the best and the worst need."""

    TOP: PositivePoints
    MID: PositivePoints
    LOW: PositivePoints
    avoid_min_sends: PositiveCount
    avoid_min_confidence: PositiveShare
    top_min_sends: PositiveCount

    @model_validator(mode="after")
    def _falls(self) -> PerformanceTiers:
        require_sorted((self.TOP, self.MID, self.LOW), "TOP, MID and LOW", falling=True)
        return self


class LadderStep(Typed):
    """One step of the fallback ladder: the scores and the rest a caption needs to be taken on it."""

    level: PositiveCount
    freshness: Points
    performance: Points
    caption_types: Literal["first_two", "any", "category"]
    rest_days: Days | None
    note: Literal["relaxed", "warning"] | None


class PersonaFactor(Typed):
    """What points of fit multiply a caption's value by: base + per_point · points."""

    base: Factor
    per_point: PartialShare


class ConfidencePoints(Typed):
    """Points taken from a schedule planned with less confidence than this."""

    below: PositiveShare
    points: PositivePoints


class StatusRow(Typed):
    """From this confidence on: the least scores of an approved schedule and of one to review."""

    from_: Share = Field(alias="from")
    approved: PositivePoints
    review: PositivePoints

    @model_validator(mode="after")
    def _falls(self) -> StatusRow:
        require_sorted((self.approved, self.review), "approved and review", falling=True)
        return self


class Quality(Typed):
    """The quality score of a schedule: points of its parts, which sum to 100, and what is taken off."""

    compliance: PositivePoints
    captions: PositivePoints
    timing: PositivePoints
    mix: PositivePoints
    completeness: PositivePoints
    warning_points: PositivePoints
    warning_points_max: PositivePoints
    confidence_points: Annotated[tuple[ConfidencePoints, ...], steps("below", falling=False)]
    status: Annotated[tuple[StatusRow, ...], steps("from_", last=0)]
    compliance_parts: Annotated[
        dict[str, PositivePoints], has_keys(Literal["vault", "avoid", "diversity", "page"]), sums_to(100)
    ]

    @model_validator(mode="after")
    def _sums_to_100(self) -> Quality:
        require_sum((self.compliance, self.captions, self.timing, self.mix, self.completeness), 100)
        return self


class PriceLength(Typed):
    """One row of [10.11]: a price, the length that fits it, and what a mismatch multiplies revenue by."""

    price: Price
    length: Range[Characters]
    too_short: Discount
    too_long: Discount


def _check_ladder(ladder: tuple[LadderStep, ...]) -> tuple[LadderStep, ...]:
    found = [step.level for step in ladder]
    if not ladder or found != list(range(1, len(ladder) + 1)):
        raise ValueError(f"levels {found}; needed: 1, 2, 3 … in order")
    return ladder


def _check_lengths(rows: tuple[PriceLength, ...]) -> tuple[PriceLength, ...]:
    require_sorted((edge for row in rows for edge in row.length), "lengths")
    return rows


def _check_priority(points: dict[str, float]) -> dict[str, float]:
    require_sorted((points["first"], points["last"], points["none"]), "first, last and none", falling=True)
    return points


def _check_rising(values: tuple[float, ...]) -> tuple[float, ...]:
    require_sorted(values, "prices")
    return values


class Scoring(Typed):
    """What a send and a caption are worth."""

    eros_weights: Annotated[
        dict[str, PositiveShare], has_keys(Literal["rps", "conversion", "execution", "diversity"]), sums_to(1)
    ]
    length_floor: Share
    length_buckets: Annotated[tuple[LengthBucket, ...], unique_by("key"), steps("from_", last=0, falling=False)]
    optimal_length: Range[PositiveCharacters]
    optimal_length_share: PositiveShare
    execution_weights: ExecutionWeights
    diversity: DiversityScore
    decay: Annotated[
        dict[str, Decay],
        has_keys(
            Literal["caption", "send_type", "content_type", "hour", "weekday", "length", "creator", "response"],
        ),
    ]
    maturity_hours: PositiveHours
    winsor_quantile: PartialShare
    shrinkage_kappa: Weight
    shrinkage_learn_from_groups: PositiveCount
    freshness: Freshness
    likeness: Likeness
    new_caption_scores: Annotated[tuple[NewCaptionScore, ...], steps("from_", last=0)]
    neutral_score: PositivePoints
    engagement_value_share: PositiveShare
    price_lengths: Annotated[tuple[PriceLength, ...], steps("price", falling=False), AfterValidator(_check_lengths)]
    tiers: PerformanceTiers
    baseline_weights: Annotated[
        dict[str, PositiveShare],
        has_keys(Literal["freshness", "performance", "type_priority", "diversity", "persona"]),
        sums_to(1),
    ]
    type_priority: Annotated[
        dict[str, Points], has_keys(Literal["first", "last", "none"]), AfterValidator(_check_priority)
    ]
    fallback_ladder: Annotated[tuple[LadderStep, ...], AfterValidator(_check_ladder)]
    emoji_levels: Annotated[dict[str, Range[Annotated[int, Field(ge=0, le=100)]]], has_keys(Level)]
    tones: Listed[Name]
    persona_tones: dict[Name, Listed[Name]]
    persona_points: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=10)]],
        has_keys(Literal["primary_tone", "secondary_tone", "emoji_equal", "emoji_near", "slang_equal"]),
    ]
    persona_factor: PersonaFactor
    quality: Quality
    stale_days: PositiveDays
    price_points: Annotated[Listed[Price], AfterValidator(_check_rising)]

    @model_validator(mode="after")
    def _knows_its_tones(self) -> Scoring:
        if wrong := sorted({tone for tones in self.persona_tones.values() for tone in tones} - set(self.tones)):
            raise ValueError(f"persona_tones: {', '.join(wrong)} unknown; allowed: {', '.join(self.tones)}")
        return self
