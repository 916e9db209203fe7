"""``config/volume.yaml``: how many sends."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from eros_assets.settings.campaigns import (
    Campaigns,
    ContentLimits,
    Flavor,
    Game,
    GameRules,
    Pool,
    TipGoalMode,
    Trigger,
    TriggerEffect,
    Variety,
    check_triggers,
)
from eros_assets.settings.health import (
    Confidence,
    ConfidenceRow,
    Elasticity,
    Fusion,
    HealthScores,
    Multipliers,
    NewCreator,
    WeekdaySpread,
)
from eros_assets.settings.types import (
    Category,
    ContentCategory,
    Count,
    Factor,
    GameKind,
    Listed,
    Name,
    PartialShare,
    PerformanceTier,
    PerPage,
    PerTier,
    PositiveDollars,
    PositiveSends,
    PositiveShare,
    Premium,
    Range,
    Sends,
    Share,
    Tier,
    TipGoal,
    Typed,
    has_keys,
    require_sorted,
    require_sum,
    steps,
)

MIX_PARTS: dict[str, tuple[str, ...]] = {
    "revenue": ("ppv", "campaign", "bundles", "games"),
    "engagement": ("bumps", "links", "farms"),
}
"""Parts of a category, each with a share of it."""


class VolumeTier(Typed):
    """A page is in the last tier whose least fans it has."""

    key: Tier
    min_fans: Count


class Bounds(Typed):
    """Least and most sends a day, and most a week; bumps that follow PPV may go beyond."""

    day_min: Sends
    day_max: PositiveSends
    week_max: Annotated[int, Field(ge=1, le=1000)]
    day_max_with_bumps: PositiveSends | None = None
    week_max_with_bumps: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> Bounds:
        if not self.day_min <= self.day_max <= self.week_max:
            raise ValueError(f"day {self.day_min} to {self.day_max}, week {self.week_max}; allowed: rising")
        return self


class RevenueShare(Typed):
    """Share of revenue sends in a week [3.1], by tier, and how far it may be missed."""

    LOW: PositiveShare
    MID: PositiveShare
    HIGH: PositiveShare
    ULTRA: PositiveShare
    tolerance: PartialShare


class Bumps(Typed):
    """Bumps that go with the PPVs of a day [3.2]."""

    factor: Annotated[dict[str, Factor], has_keys(ContentCategory)]
    factor_cap_above_low: Premium
    free_page_extra: Share
    day_min: PositiveSends
    day_max: PositiveSends
    default_category: ContentCategory
    default_sub_type: Name
    ppv_heads: PerTier[Range[PositiveSends]]
    accepted: Annotated[
        dict[str, PerTier[Range[PositiveSends]]],
        has_keys(Literal["gentle_personal", "gentle_commercial", "strong_personal", "strong_commercial"]),
    ]
    ratio_slack: Range[Factor]

    @model_validator(mode="after")
    def _is_ordered(self) -> Bumps:
        if self.day_min > self.day_max:
            raise ValueError(f"day_min {self.day_min} is above day_max {self.day_max}; allowed: day_min ≤ day_max")
        return self

    def accepted_range(self, content_category: str, sub_type: str, tier: Tier) -> tuple[int, int]:
        """Accepted bumps per day of a page before scaling by its PPV."""
        strength = "strong" if content_category in ("amateur", "commercial") else "gentle"
        voice = "commercial" if sub_type == "commercial" else "personal"
        return self.accepted[f"{strength}_{voice}"][tier]


class FollowupVolume(Typed):
    """How many priced sends get a followup, and which first [5.1]."""

    share: PositiveShare
    day_max: PositiveSends
    weight_revenue: Share
    weight_recency: Share
    weight_engagement: Share
    revenue_scale: PositiveDollars
    recency_hours: Annotated[float, Field(gt=0, le=1440)]
    engagement_scale: PositiveShare

    @model_validator(mode="after")
    def _weighs_one(self) -> FollowupVolume:
        require_sum((self.weight_revenue, self.weight_recency, self.weight_engagement), 1)
        return self


def _check_tiers(tiers: tuple[VolumeTier, ...]) -> tuple[VolumeTier, ...]:
    found, needed = tuple(tier.key for tier in tiers), get_args(Tier)
    if found != needed:
        raise ValueError(f"{', '.join(found)}; needed, in this order: {', '.join(needed)}")
    return tiers


def _check_bounds(bounds: dict[str, Bounds]) -> dict[str, Bounds]:
    for name, bound in bounds.items():
        beyond = (bound.day_max_with_bumps or 0, bound.week_max_with_bumps or 0)
        if name != "engagement" and any(beyond):
            raise ValueError(f"{name}: limits with bumps {beyond}; allowed: for engagement alone")
        if name == "engagement" and (beyond[0] < bound.day_max or beyond[1] < bound.week_max):
            raise ValueError(f"engagement: limits with bumps {beyond}; needed: at least those without")
    return bounds


def _check_tier_factor(factors: dict[str, float]) -> dict[str, float]:
    require_sorted((factors[tier] for tier in get_args(PerformanceTier)), "TOP, MID, LOW and AVOID", falling=True)
    return factors


def _check_mix(mix: dict[Category, dict[str, tuple[float, float]]]) -> dict[Category, dict[str, tuple[float, float]]]:
    found, needed = {name: sorted(parts) for name, parts in mix.items()}, {n: sorted(p) for n, p in MIX_PARTS.items()}
    if found != needed:
        raise ValueError(f"{found}; needed: {needed}")
    for name, parts in mix.items():
        lowest, highest = (sum(part[side] for part in parts.values()) for side in (0, 1))
        if not lowest <= 1 <= highest:
            raise ValueError(f"{name}: shares sum to {lowest:g} up to {highest:g}; allowed: 1 lies between")
    return mix


class Volume(Typed):
    """How many sends."""

    tiers: Annotated[tuple[VolumeTier, ...], AfterValidator(_check_tiers), steps("min_fans", last=0, falling=False)]
    base_per_day: PerPage[PerTier[tuple[Sends, Sends, Sends]]]
    tier_limits: Annotated[
        dict[str, PerTier[Sends]],
        has_keys(Literal["bundles_per_week", "game_posts_per_week", "followups_per_day"]),
    ]
    bounds: Annotated[
        dict[str, Bounds],
        has_keys(Literal["revenue", "engagement", "retention", "all_items"]),
        AfterValidator(_check_bounds),
    ]
    revenue_share: RevenueShare
    scores: HealthScores
    fusion: Fusion
    multipliers: Multipliers
    confidence: Confidence
    confidence_rows: Annotated[tuple[ConfidenceRow, ...], steps("from_", last=0)]
    new_creator: NewCreator
    weekday: WeekdaySpread
    bumps: Bumps
    followups: FollowupVolume
    elasticity: Elasticity
    tier_factor: Annotated[
        dict[str, Annotated[float, Field(ge=0, le=100)]], has_keys(PerformanceTier), AfterValidator(_check_tier_factor)
    ]
    triggers: Annotated[dict[str, Trigger], AfterValidator(check_triggers)]
    trigger_clamp: Range[Factor]
    trigger_effect: TriggerEffect
    pool: Pool
    campaigns: Campaigns
    games: Annotated[dict[str, Game], has_keys(GameKind)]
    game_rules: GameRules
    flavors: tuple[Flavor, Flavor, Flavor, Flavor, Flavor, Flavor, Flavor]
    strategies: Listed[Name]
    category_mix: Annotated[dict[Category, dict[str, Range[Share]]], AfterValidator(_check_mix)]
    variety: Variety
    content_limits: ContentLimits
    tip_goal_modes: Annotated[dict[str, TipGoalMode], has_keys(TipGoal)]

    def confidence_row(self, confidence: float) -> ConfidenceRow:
        """The row of a confidence in [0, 1]; raises ``ValueError`` outside [10.15]."""
        if not 0 <= confidence <= 1:
            raise ValueError(f"confidence {confidence!r} is outside 0–1")
        return next(row for row in self.confidence_rows if confidence >= row.from_)
