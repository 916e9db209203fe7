"""Typed view of ``config/demo_harbour.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Literal

from eros_assets.settings import Tier, Typed, config_dir, read_config

Habit = Literal["evening", "night", "lunch"]
Language = Literal["en", "es", "de"]


class AgencyConfig(Typed):
    """The pages; shares are of pages."""

    paid_share: float
    tiers: dict[Tier, int]
    fans: dict[Tier, tuple[int, int]]
    timezones: dict[str, float]
    languages: dict[Language, float]
    habits: dict[Habit, float]
    late_start_share: float
    narrow_pages: int
    narrow_types: tuple[int, int]
    vault_types: tuple[int, int]
    commerce_share: dict[str, float]


class CaptionConfig(Typed):
    """The bank: how many texts of each kind, in which languages, how labelled."""

    fixed: dict[str, int]
    shared: dict[str, float]
    languages: dict[Language, float]
    content: dict[str, float]
    shown_beside: float
    emoji: dict[int, float]
    lower_case: float
    near_duplicates: float
    old_labels: float
    unlabelled: float
    no_content_label: float
    quality_sd: float
    logger_share: float
    logger_overlap: float


class HabitConfig(Typed):
    """How the schedulers worked. ``messages`` and ``wall`` are sends of a week, before page rules."""

    week: tuple[float, ...]
    day_noise: float
    most_per_day: int
    wall_share: float
    hours: dict[Habit, tuple[float, ...]]
    round_minutes: float
    messages: dict[str, float]
    wall: dict[str, float]
    prices: dict[float, float]
    own_price: float
    other_prices: dict[str, tuple[float, ...]]
    home_language: float
    working_days: float
    better_at_better_hours: float
    withdrawn: float


class Segment(Typed):
    """Fans of one kind: their share, what they want to spend on a send, and their purse, dollars a fan."""

    share: float
    spread: float
    rate: float
    purse: float
    refill_per_day: float
    kink: float
    gentle: float
    choke: float


class Attention(Typed):
    """Attention over the day: a floor, and tents (peak hour, half width in hours, height)."""

    floor: float
    peaks: tuple[tuple[float, float, float], ...]


class Payday(Typed):
    """Days of the month on which money comes in, for how many days, and how fast purses then fill."""

    days: tuple[int, ...]
    lasts: int
    refill: float


class Satiation(Typed):
    """Appeal lost per recent send of the same content type, and its half-life."""

    step: float
    half_life_days: float


class Fatigue(Typed):
    """Weight of a send by kind, its half-life, and the load at which response halves."""

    limit: float
    power: float
    half_life_hours: float
    weight: dict[Literal["priced", "unpriced", "wall"], float]


class Offer(Typed):
    """A priced type: its strength, and the factor by which its prices stretch."""

    factor: float
    stretch: float


class Tip(Typed):
    """A type that asks for tips: dollars of a usual tip and its strength."""

    size: float
    factor: float


class Noise(Typed):
    """Outcome ÷ expectation: a gamma draw, or with ``jackpot_share`` a Pareto draw of this tail index; mean 1."""

    shape: float
    jackpot_share: float
    tail: float


class ResponseConfig(Typed):
    """What makes fans pay; money in dollars."""

    mean_earnings: float
    fans_power: float
    level_sd: float
    segments: dict[str, Segment]
    hours: dict[Habit, Attention]
    peak_sd: float
    weekday: tuple[float, ...]
    payday: Payday
    length: tuple[tuple[float, float], ...]
    taste_sd: float
    satiation: Satiation
    fatigue: Fatigue
    least_appeal: float
    wall_reach: float
    types: dict[str, Offer]
    tips: dict[str, Tip]
    noise: Noise
    view_rate: tuple[float, float]
    maturity: tuple[tuple[float, float], ...]


class FileConfig(Typed):
    """The exports and their few faults."""

    recent_days: int
    spelled_handles: float
    duplicate: float


class Sizes(Typed):
    """Default sizes; ``sends`` counts mass messages."""

    creators: int
    captions: int
    sends: int
    days: int


class HandleWords(Typed):
    """Handles are a word of each, joined by an underscore."""

    first: tuple[str, ...]
    second: tuple[str, ...]


class HarbourConfig(Typed):
    """Everything of ``config/demo_harbour.yaml``."""

    seed: int
    platform_host: str
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
