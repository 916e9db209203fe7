"""Typed view of ``config/demo.yaml``: sizes, marginals and the true response model of the sample."""

from __future__ import annotations

from functools import cache

from eros_assets.settings import Tier, Typed, config_dir, read_config


class AgencyConfig(Typed):
    """The pages: tiers, zones, vaults and the odd ones out."""

    paid_share: float
    tiers: dict[Tier, int]
    fans: dict[Tier, tuple[int, int]]
    timezones: tuple[str, ...]
    timezone_shares: tuple[float, ...]
    vault_types: tuple[int, int]
    vault_always: tuple[str, ...]
    vault_likely: dict[str, float]
    late_start_share: float
    new_creator_sends: int
    inactive_days: int
    plain_page: int
    former_creators: int


class CaptionConfig(Typed):
    """The pool and the files it is spread over."""

    counts: dict[str, int]
    floor: int
    length_edges: tuple[int, ...]
    length_shares: dict[str, tuple[float, ...]]
    teaser_share: float
    teaser_named: float
    commerce: dict[str, str]
    commerce_share: float
    no_emoji: float
    styled: float
    near_duplicates: float
    adhoc: float
    bank_share: float
    loggers: int
    logger_duplicates: float
    bank_overlap: float
    label_share: float
    type_share: float
    quality_sd: float


class SendConfig(Typed):
    """How the schedulers worked."""

    priced_share: float
    quarter_hour: float
    full_hour: float
    adhoc: float
    restyled: float
    withdrawn: float
    working_days: float
    turnover: float
    most_priced_per_day: int
    rate: dict[Tier, float]
    day_noise: float
    hours: tuple[float, ...]
    mix: dict[str, dict[str, float]]
    prices: dict[str, dict[float, float]]


class Fit(Typed):
    """A price point of 10.11 with its fitting length and the factors outside it."""

    price: float
    low: int
    high: int
    short: float
    long: float


class Planted(Typed):
    """A share of the page's content types that does far better or worse."""

    share: float
    factor: float


class ResponseConfig(Typed):
    """The true effects; money in dollars."""

    mean_earnings: float
    noise_sd: float
    level_fans_power: float
    level_sd: float
    paid_factor: float
    other_hours: dict[int, float]
    hour_sd: float
    midday_pages: tuple[int, ...]
    midday_hours: tuple[int, int]
    midday_factor: float
    weekday: tuple[float, ...]
    weekday_sd: float
    fatigue: float
    fatigue_sd: float
    trend_sd: float
    declining_pages: tuple[int, ...]
    declining_trend: float
    content_sd: float
    content_winner: Planted
    content_loser: Planted
    price_width: float
    price_peak: dict[str, float]
    price_shift_sd: float
    fit_strength: float
    fit: tuple[Fit, ...]
    send_type: dict[str, float]
    view_rate: tuple[float, float]
    view_fall: float
    view_quality: float
    maturity: tuple[tuple[float, float], ...]


class DemoConfig(Typed):
    """Everything of ``config/demo.yaml``."""

    seed: int
    history_export_days: int
    recent_report_days: int
    agency_share: float
    wall_posts_per_send: float
    xlsx_reports: int
    small_agency: int
    agency: AgencyConfig
    captions: CaptionConfig
    prohibited_samples: tuple[str, ...]
    platform_host: str
    sends: SendConfig
    response: ResponseConfig
    faults: dict[str, float]


@cache
def load_demo_config() -> DemoConfig:
    """Read ``config/demo.yaml``; raises ``ConfigError`` naming file, place and value."""
    config: DemoConfig = read_config(config_dir() / "demo.yaml", DemoConfig)
    return config
