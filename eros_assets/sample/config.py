"""Typed view of ``config/demo.yaml``: sizes, marginals and the true response model of the sample."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from eros_assets.sample.names import ContentTypeKey, Hours, Maturity, SendTypeKey, Shares, Week
from eros_assets.settings import config_dir, read_config
from eros_assets.settings.types import (
    Characters,
    Count,
    Discount,
    Factor,
    Hour,
    Listed,
    Name,
    PerTier,
    PositiveCharacters,
    PositiveCount,
    PositiveDays,
    PositiveDollars,
    PositiveSends,
    PositiveShare,
    Price,
    Range,
    Seed,
    Share,
    Spread,
    TimeZone,
    Typed,
    Unique,
    Weight,
    has_keys,
    require_sorted,
    steps,
    sums_to,
)

PricedType = Literal["ppv_unlock", "ppv_wall", "bundle", "flash_bundle", "snapchat_bundle", "game_post"]
EarningType = Literal[PricedType, "first_to_tip", "tip_goal", "vip_program"]
WorkingDays = Annotated[float, Field(gt=0, le=3660)]
Fault = Literal[
    "bad_time", "bad_price", "bad_currency", "price_text", "count_text", "percent_count", "viewed_above_sent",
    "purchased_above_viewed", "negative_count", "negative_sent", "zero_sent", "negative_earnings", "absurd_earnings",
    "price_drift", "formula_text", "duplicate", "blank_line", "extra_cells", "page_null", "page_spelling",
    "former_creator", "creator_id_null", "key_conflict", "possible_duplicate", "empty_caption", "placeholder",
    "symbols_only", "short_caption", "concatenated", "mojibake", "prohibited", "foreign_link", "score_out_of_range",
]  # fmt: skip


class AgencyConfig(Typed):
    """The pages: tiers, zones, vaults and the odd ones out."""

    paid_share: Share
    tiers: PerTier[PositiveCount]
    fans: PerTier[Range[PositiveCount]]
    timezones: Listed[TimeZone]
    timezone_shares: Annotated[tuple[PositiveShare, ...], sums_to(1)]
    vault_types: Range[PositiveCount]
    vault_always: Listed[ContentTypeKey]
    vault_likely: dict[ContentTypeKey, PositiveShare]
    late_start_share: Share
    new_creator_sends: PositiveCount
    inactive_days: PositiveDays
    plain_page: Count
    former_creators: Count

    @model_validator(mode="after")
    def _is_paired(self) -> AgencyConfig:
        if len(self.timezones) != len(self.timezone_shares):
            raise ValueError(f"{len(self.timezones)} timezones, {len(self.timezone_shares)} timezone_shares; one each")
        return self


class CaptionConfig(Typed):
    """The pool and the files it is spread over."""

    counts: dict[SendTypeKey, PositiveCount]
    floor: PositiveCount
    length_edges: tuple[PositiveCharacters, ...]
    length_shares: Annotated[
        dict[str, Annotated[tuple[Share, ...], sums_to(1)]], has_keys(Literal["priced", "other", "bundle", "campaign"])
    ]
    teaser_share: Share
    teaser_named: Share
    commerce: dict[SendTypeKey, ContentTypeKey]
    commerce_share: Share
    no_emoji: Share
    styled: Share
    near_duplicates: Share
    adhoc: Share
    bank_share: Share
    loggers: PositiveCount
    logger_duplicates: Share
    bank_overlap: Share
    label_share: Share
    type_share: Share
    quality_sd: Spread

    @model_validator(mode="after")
    def _is_paired(self) -> CaptionConfig:
        require_sorted(self.length_edges, "length_edges")
        for group, shares in self.length_shares.items():
            if len(shares) != len(self.length_edges) - 1:
                raise ValueError(f"length_shares.{group}: {len(shares)} given; needed: {len(self.length_edges) - 1}")
        return self


class SendConfig(Typed):
    """How the schedulers worked."""

    priced_share: Share
    quarter_hour: Share
    full_hour: Share
    adhoc: Share
    restyled: Share
    withdrawn: Share
    working_days: WorkingDays
    turnover: Share
    most_priced_per_day: PositiveSends
    rate: PerTier[Weight]
    day_noise: Spread
    hours: Hours
    mix: Annotated[dict[str, dict[SendTypeKey, Weight]], has_keys(Literal["priced", "unpriced", "wall"])]
    prices: dict[Literal["ppv"] | SendTypeKey, Shares[Price]]


class Fit(Typed):
    """A price point with its fitting length and the factors outside it."""

    price: Price
    low: Characters
    high: PositiveCharacters
    short: Discount
    long: Discount


def _check_fit(rows: tuple[Fit, ...]) -> tuple[Fit, ...]:
    require_sorted((edge for row in rows for edge in (row.low, row.high)), "lengths")
    return rows


class Planted(Typed):
    """A share of the page's content types that does far better or worse."""

    share: PositiveShare
    factor: Factor


class ResponseConfig(Typed):
    """The true effects; money in dollars."""

    mean_earnings: PositiveDollars
    noise_sd: Spread
    level_fans_power: PositiveShare
    level_sd: Spread
    paid_factor: Factor
    other_hours: dict[Hour, PositiveDollars]
    hour_sd: Spread
    midday_pages: Unique[Count]
    midday_hours: Range[Hour]
    midday_factor: Factor
    weekday: Week
    weekday_sd: Spread
    fatigue: Spread
    fatigue_sd: Spread
    trend_sd: Spread
    declining_pages: Unique[Count]
    declining_trend: Annotated[float, Field(ge=-1, lt=0)]
    content_sd: Spread
    content_winner: Planted
    content_loser: Planted
    price_width: Spread
    price_peak: Annotated[dict[str, Price], has_keys(PricedType)]
    price_shift_sd: Spread
    fit_strength: Share
    fit: Annotated[tuple[Fit, ...], steps("price", falling=False), AfterValidator(_check_fit)]
    send_type: Annotated[dict[str, Factor], has_keys(EarningType)]
    view_rate: Range[PositiveShare]
    view_fall: Share
    view_quality: Share
    maturity: Maturity


class DemoConfig(Typed):
    """Everything of ``config/demo.yaml``."""

    seed: Seed
    history_export_days: PositiveDays
    recent_report_days: PositiveDays
    agency_share: Share
    wall_posts_per_send: PositiveShare
    xlsx_reports: Count
    small_agency: PositiveCount
    agency: AgencyConfig
    captions: CaptionConfig
    prohibited_samples: Listed[Name]
    platform_host: Name
    sends: SendConfig
    response: ResponseConfig
    faults: Annotated[dict[str, PositiveShare], has_keys(Fault)]


@cache
def load_demo_config() -> DemoConfig:
    """Read ``config/demo.yaml``; raises ``ConfigError`` naming file, place and value."""
    config: DemoConfig = read_config(config_dir() / "demo.yaml", DemoConfig)
    return config
