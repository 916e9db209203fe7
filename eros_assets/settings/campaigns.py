"""Parts of ``config/volume.yaml`` that shape a week: triggers, campaigns, games, flavors, variety and tip goals."""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from eros_assets.settings.types import CampaignKind as CampaignName
from eros_assets.settings.types import (
    Factor,
    Name,
    PartialShare,
    Points,
    PositiveCount,
    PositiveDays,
    PositiveDollars,
    PositiveHours,
    PositiveSends,
    PositiveShare,
    Range,
    Typed,
    Weight,
    has_keys,
    require_sorted,
)

TRIGGER_FIELDS: dict[str, tuple[str, ...]] = {
    "HIGH_PERFORMER": ("rps", "conversion"),
    "TRENDING_UP": ("rise",),
    "EMERGING_WINNER": ("rps", "max_uses"),
    "TRAIT_SHARE": ("share", "top_n", "tone_factor", "factor_range", "alpha", "min_sends"),
    "SATURATING": ("falling_days",),
    "AUDIENCE_FATIGUE": ("view_fall",),
}
"""Volume triggers [4.1] with the figures each needs beside factor and days."""


class Trigger(Typed):
    """One volume trigger; fields that a trigger does not use stay empty."""

    factor: Factor
    days: PositiveDays
    rps: PositiveDollars | None = None
    conversion: PositiveShare | None = None
    rise: PositiveShare | None = None
    max_uses: PositiveCount | None = None
    share: PositiveShare | None = None
    top_n: PositiveCount | None = None
    tone_factor: Factor | None = None
    factor_range: Range[Factor] | None = None
    alpha: PartialShare | None = None
    min_sends: PositiveCount | None = None
    falling_days: PositiveDays | None = None
    view_fall: PartialShare | None = None


def check_triggers(triggers: dict[str, Trigger]) -> dict[str, Trigger]:
    """Refuse triggers that are missing or unknown, and those without the figures they need."""
    if wrong := sorted(set(triggers) ^ set(TRIGGER_FIELDS)):
        raise ValueError(f"{', '.join(wrong)} missing or unknown; needed: {', '.join(TRIGGER_FIELDS)}")
    for name, trigger in triggers.items():
        given = {field for field, value in trigger if value is not None} - {"factor", "days"}
        if wrong := sorted(given ^ set(TRIGGER_FIELDS[name])):
            raise ValueError(f"{name}: {', '.join(wrong)} missing or unknown; needed: {TRIGGER_FIELDS[name]}")
    return triggers


class TriggerEffect(Typed):
    """[4.1]: band of the realised volume change, and how many creators a week are planned again to measure it."""

    band: Range[PositiveShare]
    compared_creators: PositiveCount


class Pool(Typed):
    """How many usable captions are too few, and how many are enough."""

    critical: PositiveCount
    sufficient: PositiveCount
    min_performance: Points

    @model_validator(mode="after")
    def _rises(self) -> Pool:
        require_sorted((self.critical, self.sufficient), "critical and sufficient")
        return self


class CampaignKind(Typed):
    """How many campaigns of one kind a month."""

    per_month: Range[PositiveSends]


class Campaigns(Typed):
    """How many campaigns a month, and which types are among the best earners [4.3]."""

    window_days: PositiveDays
    total: Range[PositiveSends]
    critical_below: PositiveSends
    winner_sends: PositiveCount
    winner_quantile: PartialShare
    kinds: Annotated[dict[str, CampaignKind], has_keys(CampaignName)]


class Game(Typed):
    """What a game earns: benchmark of its mean and spread, dollars."""

    mean: PositiveDollars
    sd: PositiveDollars


class GameRules(Typed):
    """When a game is avoided or recommended [7.2], and how soon a tip amount comes again [7.4]."""

    prior_weight: Weight
    avoid_below: Factor
    recommend_above: Factor
    card_game_days: PositiveDays
    tip_memory: PositiveCount

    @model_validator(mode="after")
    def _rises(self) -> GameRules:
        require_sorted((self.avoid_below, self.recommend_above), "avoid_below and recommend_above")
        return self


class Flavor(Typed):
    """The emphasis of a weekday [3.4]."""

    name: Name


class Variety(Typed):
    """How many different send types a week holds."""

    min_types: PositiveCount
    min_types_low_confidence: PositiveCount
    low_confidence: PositiveShare
    target_types_paid: PositiveCount
    target_types_free: PositiveCount
    min_revenue_types: PositiveCount
    min_engagement_types: PositiveCount
    min_retention_types: PositiveCount
    default_max_per_day: PositiveSends


class ContentLimits(Typed):
    """How often a content type is shown."""

    max_per_day: PositiveSends
    max_per_week: PositiveSends
    hours_between: PositiveHours


class TipGoalMode(Typed):
    """How a tip goal pays out."""

    goal: PositiveDollars
    expires_hours: PositiveHours
    offer: Name  # what a text must announce to be true of it
    pays: Name  # who gets what, in words
