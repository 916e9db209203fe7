"""Typed view of ``config/demo_harbour.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from eros_assets.sample.names import ContentTypeKey, Hours, Maturity, SendTypeKey, Shares, Week
from eros_assets.settings import config_dir, read_config
from eros_assets.settings.types import (
    Count,
    Factor,
    Listed,
    Name,
    PerTier,
    PositiveCount,
    PositiveDays,
    PositiveDollars,
    PositiveSends,
    PositiveShare,
    Premium,
    Price,
    Range,
    Seed,
    Share,
    Spread,
    TimeZone,
    Typed,
    Weight,
    has_keys,
    require_sorted,
    require_sum,
)

Habit = Literal["evening", "night", "lunch"]
Language = Literal["en", "es", "de"]
SendKind = Literal["priced", "unpriced", "wall"]
HalfDay = Annotated[float, Field(gt=0, le=12)]
Hour = Annotated[float, Field(ge=0, lt=24)]
Shift = Annotated[float, Field(ge=-1, le=1)]
"""What is added to appeal or attention."""


def _rising(curve: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    require_sorted((length for length, _ in curve), "lengths")
    if not curve or curve[0][0] != 0:
        raise ValueError(f"{curve}; needed: from length 0 on")
    return curve


def _whole(segments: dict[str, Segment]) -> dict[str, Segment]:
    require_sum((segment.share for segment in segments.values()), 1)
    return segments


class AgencyConfig(Typed):
    """The pages; shares are of pages."""

    paid_share: Share
    tiers: PerTier[PositiveCount]
    fans: PerTier[Range[PositiveCount]]
    timezones: Shares[TimeZone]
    languages: Annotated[Shares[Language], has_keys(Language)]
    habits: Annotated[Shares[Habit], has_keys(Habit)]
    late_start_share: Share
    narrow_pages: Count
    narrow_types: Range[PositiveCount]
    vault_types: Range[PositiveCount]
    commerce_share: dict[ContentTypeKey, PositiveShare]


class CaptionConfig(Typed):
    """The bank: how many texts of each kind, in which languages, how labelled."""

    fixed: dict[SendTypeKey, PositiveCount]
    shared: Shares[SendTypeKey]
    languages: Annotated[Shares[Language], has_keys(Language)]
    content: dict[ContentTypeKey, Weight]
    shown_beside: Share
    emoji: Shares[Annotated[int, Field(ge=0, le=20)]]
    lower_case: Share
    near_duplicates: Share
    old_labels: Share
    unlabelled: Share
    no_content_label: Share
    quality_sd: Spread
    logger_share: Share
    logger_overlap: Share


class HabitConfig(Typed):
    """How the schedulers worked. ``messages`` and ``wall`` are sends of a week, before page rules."""

    week: Week
    day_noise: Spread
    most_per_day: PositiveSends
    wall_share: PositiveShare
    hours: Annotated[dict[Habit, Hours], has_keys(Habit)]
    round_minutes: Share
    messages: dict[SendTypeKey, Weight]
    wall: dict[SendTypeKey, Weight]
    prices: Shares[Price]
    own_price: Share
    other_prices: dict[SendTypeKey, Listed[Price]]
    home_language: Premium
    working_days: Annotated[float, Field(gt=0, le=3660)]
    better_at_better_hours: Share
    withdrawn: Share


class Segment(Typed):
    """Fans of one kind: their share, what they want to spend on a send, and their purse, dollars a fan."""

    share: PositiveShare
    spread: Spread
    rate: PositiveShare
    purse: PositiveDollars
    refill_per_day: PositiveDollars
    kink: PositiveDollars
    gentle: Spread
    choke: PositiveDollars


class Attention(Typed):
    """Attention over the day: a floor, and tents (peak hour, half width in hours, height)."""

    floor: PositiveShare
    peaks: Annotated[tuple[tuple[Hour, HalfDay, PositiveShare], ...], Field(min_length=1)]


class Payday(Typed):
    """Days of the month on which money comes in, for how many days, and how fast purses then fill."""

    days: Listed[Annotated[int, Field(ge=1, le=31)]]
    lasts: Annotated[int, Field(ge=1, le=31)]
    refill: Premium


class Satiation(Typed):
    """Appeal lost per recent send of the same content type, and its half-life."""

    step: PositiveShare
    half_life_days: Weight


class Fatigue(Typed):
    """Weight of a send by kind, its half-life, and the load at which response halves."""

    limit: Weight
    power: Spread
    half_life_hours: Weight
    weight: Annotated[
        dict[Literal["priced", "unpriced", "wall"], PositiveShare], has_keys(Literal["priced", "unpriced", "wall"])
    ]


class Offer(Typed):
    """A priced type: its strength, and the factor by which its prices stretch."""

    factor: Factor
    stretch: Factor


class Tip(Typed):
    """A type that asks for tips: dollars of a usual tip and its strength."""

    size: Price
    factor: Factor


class Noise(Typed):
    """Outcome ÷ expectation: a gamma draw, or with ``jackpot_share`` a Pareto draw of this tail index; mean 1."""

    shape: Spread
    jackpot_share: PositiveShare
    tail: Annotated[float, Field(gt=1, le=10)]


class ResponseConfig(Typed):
    """What makes fans pay; money in dollars."""

    mean_earnings: PositiveDollars
    fans_power: PositiveShare
    level_sd: Spread
    segments: Annotated[dict[Name, Segment], AfterValidator(_whole)]
    hours: Annotated[dict[Habit, Attention], has_keys(Habit)]
    peak_sd: Spread
    weekday: tuple[Shift, Shift, Shift, Shift, Shift, Shift, Shift]
    payday: Payday
    length: Annotated[tuple[tuple[Annotated[float, Field(ge=0, le=100_000)], Shift], ...], AfterValidator(_rising)]
    taste_sd: Spread
    satiation: Satiation
    fatigue: Fatigue
    least_appeal: PositiveShare
    wall_reach: PositiveShare
    types: dict[SendTypeKey, Offer]
    tips: dict[Literal["wall"] | SendTypeKey, Tip]
    noise: Noise
    view_rate: Range[PositiveShare]
    maturity: Maturity


class FileConfig(Typed):
    """The exports and their few faults."""

    recent_days: PositiveDays
    spelled_handles: Share
    duplicate: Share


class Sizes(Typed):
    """Default sizes; ``sends`` counts mass messages."""

    creators: PositiveCount
    captions: PositiveCount
    sends: PositiveCount
    days: PositiveDays


class HandleWords(Typed):
    """Handles are a word of each, joined by an underscore."""

    first: Listed[Name]
    second: Listed[Name]


class HarbourConfig(Typed):
    """Everything of ``config/demo_harbour.yaml``."""

    seed: Seed
    platform_host: Name
    sizes: Sizes
    handle_words: HandleWords
    agency: AgencyConfig
    captions: CaptionConfig
    habits: HabitConfig
    response: ResponseConfig
    files: FileConfig


@cache
def load_harbour_config() -> HarbourConfig:
    """Read ``config/demo_harbour.yaml``; raises ``ConfigError`` naming file, place and value."""
    config: HarbourConfig = read_config(config_dir() / "demo_harbour.yaml", HarbourConfig)
    return config
