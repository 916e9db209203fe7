"""Typed configuration: the one home of every figure of the specification.

``config/*.yaml`` holds the figures, this module their types. Gap
numbers (``[3.2]``) name the rule a figure belongs to. Loading raises :class:`ConfigError` with file, place, value
and the allowed values; nothing here reads the clock or the warehouse.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from eros_assets.bundled import bundled

Category = Literal["revenue", "engagement", "retention"]
PageType = Literal["paid", "free"]
Tier = Literal["LOW", "MID", "HIGH", "ULTRA"]
Need = Literal["needed", "optional", "none"]
Method = Literal["exact", "baseline"]
Preset = Literal["recommended", "baseline", "custom"]
FLAG_WAVES = {
    "ENABLE_CHAR_LENGTH_MULTIPLIER": 1,
    "ENABLE_CONFIDENCE_DAMPENING": 1,
    "ENABLE_ROTATION_PATTERNS": 2,
    "ENABLE_TIMING_RULES": 2,
    "ENABLE_PAGE_TYPE_VOLUMES": 3,
    "ENABLE_VOLUME_TRIGGERS": 3,
    "ENABLE_QUALITY_VALIDATORS": 4,
    "ENABLE_SCAM_DETECTION": 4,
    "ENABLE_PRICING_OPTIMIZATION": 5,
    "ENABLE_DAILY_AUTOMATION": 5,
}
"""Every flag with its wave: flags of one wave reach the same pages."""
FLAG_NAMES = tuple(FLAG_WAVES)
UNBUILT_FLAGS = {
    "ENABLE_SCAM_DETECTION": "its rule, scam prevention [10.6], is not built",
    "ENABLE_DAILY_AUTOMATION": "none of its rules [10.2, 10.3, 10.10, 3.4, 4.4, 6.3] is built",
}
"""Flags that nothing would read, with the reason they refuse to be enabled."""
BUILT_FLAGS = tuple(name for name in FLAG_NAMES if name not in UNBUILT_FLAGS)
SELLING_LENGTH = 350
"""Characters: a send type whose optimal range reaches this far is one whose texts sell [2.1]."""


class ConfigError(ValueError):
    """A configuration file that cannot be used; the message names file, place and value."""


class Typed(BaseModel):
    """Base of every configuration model: immutable, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Price(Typed):
    """Prices: bounds are hard, ``default`` applies when nothing is known. Dollars."""

    min: float
    default: float
    max: float
    rotation: tuple[float, ...] = ()


class SendType(Typed):
    """One of the 22 kinds of send: limits, caption guidance, weekly floor, channels, targets, caption types, prices,
    timing."""

    key: str
    category: Category
    page: Literal["both", "paid", "free"]
    media: Need
    flyer: dict[PageType, Need]
    money: Literal["price", "goal", "none"]
    link: bool
    expires_hours: int | None
    followup: Literal["default", "optional", "none", "never"]
    max_per_day: int
    max_per_week: int | None
    hours_between: int
    sort: int
    optimal: tuple[int, int]
    acceptable: tuple[int, int]
    emoji: Literal["none", "light", "moderate", "heavy"]
    media_kinds: tuple[str, ...]
    weekly_floor: int
    channels: tuple[str, ...]
    targets: tuple[str, ...]
    is_target_required: bool = False
    caption_types: tuple[str, ...]
    offers: tuple[str, ...]
    price: Price | None
    hours: tuple[int, ...]
    best_days: tuple[int, ...]
    avoid: tuple[int, ...]
    spacing_minutes: int
    boost: float
    is_bump: bool
    is_campaign: bool
    pin_rank: int | None
    label: str

    @property
    def is_ppv(self) -> bool:
        """Locked media with a price sold alone (``ppv_unlock``, ``ppv_wall``)."""
        return self.key in ("ppv_unlock", "ppv_wall")

    @property
    def is_sold(self) -> bool:
        """Sold for a price in one message or post; two of these keep the spacing of two PPVs."""
        return self.key in ("ppv_unlock", "ppv_wall", "bundle", "flash_bundle", "snapchat_bundle")

    @property
    def is_campaign_link(self) -> bool:
        """Whether it points to a running campaign (renewals link to the page itself) [1.5]."""
        return self.link and self.category == "engagement"

    @property
    def has_own_media(self) -> bool:
        """Whether its text decides what it shows: a link shows the scene of what it points to."""
        return self.media != "none" and not self.is_campaign_link

    @property
    def is_selling(self) -> bool:
        """Its text has to sell: the optimal range reaches long captions, so the length share is asked of it [2.1]."""
        return self.optimal[1] >= SELLING_LENGTH

    def is_true_of(self, offer: str | None) -> bool:
        """Whether a text with this offer (None: it announces nothing) may stand in a send of this type [10.1].

        A send that asks for money needs a text that says for what.
        """
        return offer in self.offers if offer is not None else self.money == "none"

    def allowed_on(self, page_type: str) -> bool:
        """Whether the page type permits this send type [9.1]; an unknown page type counts as free."""
        page = page_type if page_type in ("paid", "free") else "free"
        return self.page in ("both", page)


class Channel(Typed):
    key: str
    targeting: str
    auto_schedule: bool
    is_message: bool


class Target(Typed):
    key: str
    filter: str
    page: Literal["both", "paid"]
    channels: tuple[str, ...]
    reach: float | None
    max_per_day: int | None
    max_per_week: int | None


class Audiences(Typed):
    channels: tuple[Channel, ...]
    targets: tuple[Target, ...]


class ContentType(Typed):
    key: str
    label: str
    group: Literal["premium", "solo", "suggestive", "lifestyle", "commerce"]
    price_factor: float
    priority_tier: int = Field(ge=1, le=4)
    is_restricted: bool
    is_active: bool = True
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class VolumeTier(Typed):
    key: Tier
    min_fans: int


class Bounds(Typed):
    day_min: int
    day_max: int
    week_max: int
    day_max_with_bumps: int | None = None
    week_max_with_bumps: int | None = None


class RevenueShare(Typed):
    LOW: float
    MID: float
    HIGH: float
    ULTRA: float
    tolerance: float


class SaturationPoints(Typed):
    rps_fall: float
    rps_points: float
    view_fall: float
    view_points: float
    purchase_fall: float
    purchase_points: float
    volatility: float
    volatility_points: float


class OpportunityPoints(Typed):
    rps_ratio: float
    rps_points: float
    view_rise: float
    view_points: float
    purchase_rate: float
    purchase_points: float
    fan_growth: float
    fan_points: float


class HealthScores(Typed):
    window_days: int
    start: float
    min_sends: int
    saturation: SaturationPoints
    opportunity: OpportunityPoints


class FewSends(Typed):
    below: int
    factor: float


class Fusion(Typed):
    horizons: tuple[int, int, int]
    normal: tuple[float, float, float]
    rapid: tuple[float, float, float]
    rapid_difference: float
    default_score: float
    few_sends: tuple[FewSends, ...]
    usable_from: float


class OpportunityHigh(Typed):
    from_: float = Field(alias="from")
    factor: float


class OpportunityMid(Typed):
    from_: float = Field(alias="from")
    to: float
    below_saturation: float
    low: float
    high: float


class Multipliers(Typed):
    saturation: tuple[tuple[float, float], ...]
    opportunity_gate: float
    opportunity_high: OpportunityHigh
    opportunity_mid: OpportunityMid
    trend_step: float


class ConfidenceStep(Typed):
    from_: int = Field(alias="from")
    value: float


class Confidence(Typed):
    window_days: int
    steps: tuple[ConfidenceStep, ...]


class ConfidenceRow(Typed):
    """Confidence row [10.15, 10.12]: applies from ``from_`` (inclusive) up to the next row."""

    from_: float = Field(alias="from")
    name: str
    volume: float
    rest_days: int
    followups: float
    price: float
    min_types: int
    min_performance: float
    caption_coverage: float
    spacing_tolerance_minutes: int


class NewCreator(Typed):
    min_sends_30d: int
    first_send_days: int
    saturation: float
    opportunity: float


class WeekdaySpread(Typed):
    window_days: int
    min_day_sends: int
    min_sends: int
    clamp: tuple[float, float]
    full_confidence_ratio: float
    default: tuple[float, float, float, float, float, float, float]


class Bumps(Typed):
    factor: dict[str, float]
    factor_cap_above_low: float
    free_page_extra: float
    day_min: int
    day_max: int
    default_category: str
    default_sub_type: str
    ppv_heads: dict[Tier, tuple[int, int]]
    accepted: dict[str, dict[Tier, tuple[int, int]]]
    ratio_slack: tuple[float, float]

    def accepted_range(self, content_category: str, sub_type: str, tier: Tier) -> tuple[int, int]:
        """Accepted bumps per day of a page before scaling by its PPV."""
        strength = "strong" if content_category in ("amateur", "commercial") else "gentle"
        voice = "commercial" if sub_type == "commercial" else "personal"
        return self.accepted[f"{strength}_{voice}"][tier]


class FollowupVolume(Typed):
    share: float
    day_max: int
    weight_revenue: float
    weight_recency: float
    weight_engagement: float
    revenue_scale: float
    recency_hours: float
    engagement_scale: float


class Elasticity(Typed):
    window_days: int
    min_levels: int
    min_days_per_level: int
    min_r2: float
    default_r0: float
    default_k: float
    min_efficiency: float
    least_marginal_rpr: float
    max_volume: int


class Trigger(Typed):
    """One volume trigger; fields that a trigger does not use stay empty."""

    factor: float
    days: int
    rps: float | None = None
    conversion: float | None = None
    rise: float | None = None
    max_uses: int | None = None
    share: float | None = None
    top_n: int | None = None
    tone_factor: float | None = None
    factor_range: tuple[float, float] | None = None
    alpha: float | None = None
    min_sends: int | None = None
    falling_days: int | None = None
    view_fall: float | None = None
    window_days: int | None = None


class TriggerEffect(Typed):
    """[4.1]: band of the realised volume change, and how many creators a week are planned again to measure it."""

    band: tuple[float, float]
    compared_creators: int


class Pool(Typed):
    critical: int
    limited: int
    sufficient: int
    min_performance: float
    ready_days: int
    limited_days: int


class CampaignKind(Typed):
    days_between: tuple[int, int]
    per_month: tuple[int, int]


class Campaigns(Typed):
    window_days: int
    total: tuple[int, int]
    critical_below: int
    winner_sends: int
    winner_quantile: float
    kinds: dict[str, CampaignKind]


class Game(Typed):
    mean: float
    sd: float
    n: int


class GameRules(Typed):
    prior_weight: float
    avoid_below: float
    recommend_above: float
    card_game_days: int
    wheel_days: int
    tip_memory: int


class Flavor(Typed):
    name: str
    send_types: tuple[str, ...]
    content_groups: tuple[str, ...]
    factor: float


class Variety(Typed):
    min_types: int
    min_types_low_confidence: int
    low_confidence: float
    target_types_paid: int
    target_types_free: int
    min_revenue_types: int
    min_engagement_types: int
    min_retention_types: int
    default_max_per_day: int
    max_type_share: float


class ContentLimits(Typed):
    min_types: int
    max_per_day: int
    max_per_week: int
    rest_days: int
    hours_between: int


class TipGoalMode(Typed):
    """How a tip goal pays out."""

    goal: float
    expires_hours: int
    offer: str  # what a text must announce to be true of it
    pays: str  # who gets what, in words


class Volume(Typed):
    """How many sends."""

    tiers: tuple[VolumeTier, ...]
    base_per_day: dict[PageType, dict[Tier, tuple[int, int, int]]]
    tier_limits: dict[str, dict[Tier, int]]
    bounds: dict[str, Bounds]
    retention_share: tuple[float, float]
    revenue_share: RevenueShare
    scores: HealthScores
    fusion: Fusion
    multipliers: Multipliers
    confidence: Confidence
    confidence_rows: tuple[ConfidenceRow, ...]
    new_creator: NewCreator
    weekday: WeekdaySpread
    bumps: Bumps
    followups: FollowupVolume
    elasticity: Elasticity
    tier_factor: dict[str, float]
    tier_mix: dict[Category, dict[str, float]]
    triggers: dict[str, Trigger]
    trigger_clamp: tuple[float, float]
    trigger_effect: TriggerEffect
    pool: Pool
    campaigns: Campaigns
    games: dict[str, Game]
    game_rules: GameRules
    flavors: tuple[Flavor, ...]
    strategies: tuple[str, ...]
    category_mix: dict[Category, dict[str, tuple[float, float]]]
    variety: Variety
    content_limits: ContentLimits
    tip_goal_modes: dict[str, TipGoalMode]

    def confidence_row(self, confidence: float) -> ConfidenceRow:
        """The row of a confidence in [0, 1]; raises ``ValueError`` outside [10.15]."""
        if not 0 <= confidence <= 1:
            raise ValueError(f"confidence {confidence!r} is outside 0–1")
        return next(row for row in self.confidence_rows if confidence >= row.from_)


class LengthBucket(Typed):
    key: str
    from_: int = Field(alias="from")
    multiplier: float


class ExecutionWeights(Typed):
    structure: float
    length: float
    emoji: float
    price: float
    tone: float
    timing: float


class DiversityScore(Typed):
    step: float
    steep_from: int
    steep_step: float
    floor: float


class Decay(Typed):
    """Half-life and window, days."""

    half_life: float
    window: int


class Freshness(Typed):
    half_life: float
    repeat_factor: float
    repeat_window_days: int
    floor: float
    other_creator_weight: float
    month_max: int
    near_duplicate_rest_days: int


class Likeness(Typed):
    """When two texts read alike: this share of their words, or so many first words, in common."""

    least_jaccard: float = Field(gt=0, le=1)
    opening_words: int = Field(ge=2)


class NewCaptionScore(Typed):
    from_: int = Field(alias="from")
    score: float


class PerformanceTiers(Typed):
    TOP: float
    MID: float
    LOW: float
    avoid_min_sends: int
    avoid_min_confidence: float
    top_min_sends: int


class LadderStep(Typed):
    level: int
    freshness: float
    performance: float
    caption_types: Literal["first_two", "any", "category"]
    rest_days: int | None
    note: str | None


class PersonaFactor(Typed):
    base: float
    per_point: float


class ConfidencePoints(Typed):
    below: float
    points: float


class StatusRow(Typed):
    from_: float = Field(alias="from")
    approved: float
    review: float


class Quality(Typed):
    compliance: float
    captions: float
    timing: float
    mix: float
    completeness: float
    warning_points: float
    warning_points_max: float
    confidence_points: tuple[ConfidencePoints, ...]
    status: tuple[StatusRow, ...]
    compliance_parts: dict[str, float]


class PriceLength(Typed):
    """One row of [10.11]: a price, the length that fits it, and what a mismatch multiplies revenue by."""

    price: float
    length: tuple[int, int]
    too_short: float
    too_long: float


class Scoring(Typed):
    """What a send and a caption are worth."""

    eros_weights: dict[str, float]
    length_floor: float
    length_buckets: tuple[LengthBucket, ...]
    optimal_length: tuple[int, int]
    optimal_length_share: float
    execution_weights: ExecutionWeights
    diversity: DiversityScore
    decay: dict[str, Decay]
    maturity_hours: int
    winsor_quantile: float
    shrinkage_kappa: float
    shrinkage_learn_from_groups: int
    freshness: Freshness
    likeness: Likeness
    new_caption_scores: tuple[NewCaptionScore, ...]
    neutral_score: float
    engagement_value_share: float
    price_lengths: tuple[PriceLength, ...]
    tiers: PerformanceTiers
    baseline_weights: dict[str, float]
    type_priority: dict[str, float]
    fallback_ladder: tuple[LadderStep, ...]
    emoji_levels: dict[str, tuple[int, int]]
    emoji_share: dict[str, float]
    tones: tuple[str, ...]
    persona_tones: dict[str, tuple[str, ...]]
    persona_points: dict[str, int]
    persona_factor: PersonaFactor
    quality: Quality
    stale_days: int
    price_points: tuple[float, ...]


class ActiveWindow(Typed):
    start: tuple[int, ...]
    end: tuple[int, ...]
    default_start: int
    default_end: int


class PrimeShift(Typed):
    hours: tuple[int, ...]
    min: int
    max: int


class Spacing(Typed):
    any: int
    ppv: int
    bump: int
    bump_preferred: int
    bump_after_ppv: tuple[int, int]


class SlotScore(Typed):
    base: float
    preferred: float
    preferred_step: float
    best_day: float
    prime_hour: float
    prime_day: float
    learned_max: float
    ppv_evening: float
    ppv_evening_hours: tuple[int, ...]
    habit: float
    avoid: float


class Jitter(Typed):
    low: int
    high: int
    forbidden_minutes: tuple[int, ...]


class FollowupBand(Typed):
    from_: float | None = Field(default=None, alias="from")
    below: float | None = None
    from_hour: int | None = None
    window: tuple[int, int]
    mean: float


class FollowupTiming(Typed):
    window: tuple[int, int]
    mean: float
    sd: float
    high_confidence: FollowupBand
    low_confidence: FollowupBand
    late: FollowupBand


class LinkDropTiming(Typed):
    target: int
    window: tuple[int, int]
    latest: int


class DripWindow(Typed):
    hours: tuple[int, int]
    start: tuple[int, int]
    allowed: tuple[str, ...]


class Pins(Typed):
    max: int
    hours: int
    percentile: float


class Rotation(Typed):
    styles: tuple[str, ...]
    patterns: tuple[tuple[str, ...], ...]
    days: tuple[int, int]


class Timing(Typed):
    """When. Hours are creator-local, weekdays count 0 = Monday."""

    active_window: ActiveWindow
    avoid_hours: tuple[int, ...]
    late_hours: tuple[int, ...]
    late_days: tuple[int, ...]
    default_prime_hours: tuple[int, ...]
    prime_days: tuple[int, ...]
    prime_hours: tuple[tuple[int, ...], ...]
    prime_shift: PrimeShift
    hour_pool_curve: dict[int, float]
    hour_min_sends: int
    last_followup_parent: str
    spacing_minutes: Spacing
    same_content: tuple[tuple[str, str], ...]  # send types that show the same content, whatever their texts
    max_per_hour: int
    max_per_four_hours: int
    slot_score: SlotScore
    jitter: Jitter
    followup: FollowupTiming
    link_drop_hours_after: LinkDropTiming
    drip_window: DripWindow
    pins: Pins
    rotation: Rotation


class QualityWeights(Typed):
    """Parts of the data quality score, points that sum to 100."""

    referential_integrity: float
    sends_linked: float
    freshness_valid: float
    performance_valid: float
    creator_completeness: float
    logical_integrity: float


class Grade(Typed):
    from_: float = Field(alias="from")
    grade: str


class PageRules(Typed):
    event_minutes: int
    excerpt_chars: int
    recent_weeks: int


class Targets(Typed):
    """What the dashboard holds figures against."""

    rps_baseline: float
    rps_target: float
    conversion_baseline: float
    conversion_target: float
    validation_failure_share: float
    generation_seconds: float


class DigestRules(Typed):
    """The daily digest and the report pages."""

    horizons: tuple[int, int, int]
    horizon_min_sends: int
    mean_days: int
    best_sends: int
    pattern_min_sends: int
    best_content_types: int
    best_hours: int
    lowest_share: float = Field(gt=0, lt=1)
    frequency_gap: float
    length_share_high: float
    interval: float = Field(gt=0, lt=1)
    shift_share: float
    volume_days: int
    today_hours: int
    max_recommendations: int
    max_unknown_pages: int
    new_page_days: int
    quality_weights: QualityWeights
    logical_faults: tuple[str, ...]
    grades: tuple[Grade, ...]
    page: PageRules
    targets: Targets


class SlangRules(Typed):
    words: str
    levels: dict[Literal["light", "moderate", "heavy"], int]


class StyleRules(Typed):
    by_caption_type: dict[str, str]
    patterns: dict[str, str]
    default: str


class StructureRules(Typed):
    hook_characters: int
    bundle_caption_types: tuple[str, ...]
    message: dict[str, str]
    bundle: dict[str, str]


class OfferRules(Typed):
    """[10.1]: what a text announces, by its words, else by its caption type."""

    patterns: dict[str, str]
    within: dict[str, dict[str, str]]
    game_caption_types: tuple[str, ...]
    by_caption_type: dict[str, str]


class TextFeatures(Typed):
    """``config/text_features.yaml``: what a caption's words say about it."""

    tones: dict[str, tuple[str, ...]]
    default_tone: str
    slang: SlangRules
    styles: StyleRules
    games: dict[str, str]
    offers: OfferRules
    structure: StructureRules


class TypeWords(Typed):
    """Words that are evidence for a send type; ``#`` stands for a number."""

    unlock: tuple[str, ...]
    limited: tuple[str, ...]
    bundle: tuple[str, ...]
    pieces: tuple[str, ...]
    vip: tuple[str, ...]
    vip_price: tuple[str, ...]
    throwback: tuple[str, ...]
    first_to_tip: tuple[str, ...]
    game: tuple[str, ...]
    spin: tuple[str, ...]
    tip_goal: tuple[str, ...]
    comeback: tuple[str, ...]
    lapsed: tuple[str, ...]
    renew: tuple[str, ...]
    live: tuple[str, ...]
    like: tuple[str, ...]
    message_me: tuple[str, ...]
    link: tuple[str, ...]


class HitConfidence(Typed):
    """Confidence = base + step × hits, at most max."""

    base: float
    step: float
    max: float


class UsualContent(Typed):
    """The creator's most frequent content type of the weeks before."""

    confidence: float
    window_weeks: int


class Classification(Typed):
    """``config/classification.yaml``: words and labels that decide a type."""

    words: TypeWords
    confidence: dict[str, HitConfidence]
    followup_minutes: tuple[int, int]
    text_only_below: int
    descriptive_from: int
    long_from: int
    content_keyword_confidence: HitConfidence
    content_usual: UsualContent


class Agency(Typed):
    timezone: str
    history_start: str


class IngestLimits(Typed):
    max_unpacked_mb: int
    max_quarantined_share: float
    alert_quarantined_share: float
    settle_seconds: float


class WarehouseSettings(Typed):
    profile: Literal["local", "cluster"]
    retry_attempts: int
    retry_base_seconds: float
    snapshot_days: int


class PlanningSettings(Typed):
    method: Method | Literal["preset"]
    method_share: float = Field(ge=0, le=1)
    seed: int
    shards: int = Field(ge=1)
    candidates_per_type: int
    exploration_share: float = Field(ge=0, le=1)
    slot_score_weight: float = Field(ge=0)
    crowding_weight: float = Field(ge=0)
    late_link_weight: float = Field(ge=0)
    mix_tolerance: float = Field(ge=0, le=1)
    relaxation_rounds: int = Field(ge=0)
    bound_rounds: int = Field(ge=0)


class PublishingSettings(Typed):
    publish_needs_review: bool


class SystemConfig(Typed):
    """``config/system_config.yaml``: what an operator changes."""

    preset: Preset
    flags: dict[str, bool | Literal["preset"]]
    waves: dict[int, float]
    agency: Agency
    ingest: IngestLimits
    warehouse: WarehouseSettings
    planning: PlanningSettings
    publishing: PublishingSettings


class Paths(Typed):
    """Places under ``EROS_HOME``."""

    home: Path

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def rejected(self) -> Path:
        return self.home / "rejected"

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def digests(self) -> Path:
        return self.home / "digests"

    @property
    def site(self) -> Path:
        return self.home / "site"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def run_summary(self) -> Path:
        return self.home / "run_summary.json"


class Settings(Typed):
    """Everything configurable, loaded once per process by :func:`load_settings`."""

    paths: Paths
    system: SystemConfig
    send_types: tuple[SendType, ...]
    audiences: Audiences
    content_types: tuple[ContentType, ...]
    volume: Volume
    scoring: Scoring
    timing: Timing
    text_features: TextFeatures
    prohibited: dict[str, tuple[str, ...]]
    digest: DigestRules
    classification: Classification
    type_aliases: dict[str, str]

    @cached_property
    def send_type(self) -> dict[str, SendType]:
        """Send types by key."""
        return {row.key: row for row in self.send_types}

    @cached_property
    def content_type(self) -> dict[str, ContentType]:
        """Content types by key."""
        return {row.key: row for row in self.content_types}

    @cached_property
    def text_rules_version(self) -> str:
        """Hash of what text features are computed from: another version, other features."""
        payload = {"rules": self.text_features.model_dump(mode="json"), "tones": self.scoring.tones}
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def config_hash(self) -> str:
        """Hash of everything that can change a schedule, so no paths and no shards: part of its replay key."""
        payload = self.model_dump(mode="json", exclude={"paths": True, "system": {"planning": {"shards"}}})
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def base_preset(self) -> Literal["recommended", "baseline"]:
        """The preset that settings are compared with: ``custom`` is a departure from the recommended one."""
        return "baseline" if self.system.preset == "baseline" else "recommended"

    @property
    def method(self) -> Method:
        """How a week is planned for the pages of ``planning.method_share``; all others are on the baseline."""
        own = self.system.planning.method
        return _PRESET_METHOD[self.base_preset] if own == "preset" else own

    @cached_property
    def flags_on(self) -> frozenset[str]:
        """Flags that are enabled, whatever their wave's share of pages."""
        by_preset = frozenset(BUILT_FLAGS if self.base_preset == "recommended" else ())
        return frozenset(
            name for name, state in self.system.flags.items() if (name in by_preset if state == "preset" else state)
        )

    @cached_property
    def preset_changes(self) -> tuple[str, ...]:
        """What differs from the preset, one sentence each; empty when nothing does."""
        planning = self.system.planning
        expected = frozenset(BUILT_FLAGS if self.base_preset == "recommended" else ())
        changes = []
        if self.method != _PRESET_METHOD[self.base_preset]:
            changes.append(f"method {self.method}")
        if self.method == "exact" and planning.method_share < 1:
            changes.append(f"method exact on {planning.method_share:.0%} of pages, baseline on the others")
        changes += [
            f"{name} {'on' if name in self.flags_on else 'off'}"
            for name in FLAG_NAMES
            if (name in self.flags_on) != (name in expected)
        ]
        waves = {FLAG_WAVES[name] for name in self.flags_on}
        changes += [
            f"wave {wave} on {share:.0%} of pages"
            for wave, share in sorted(self.system.waves.items())
            if share < 1 and wave in waves
        ]
        return tuple(changes)

    def with_flags(self, **flags: bool) -> Settings:
        """A copy with the named flags on or off; :class:`ConfigError` for unknown ones and for those not built."""
        return self._with_system(flags={**self.system.flags, **flags})

    def with_preset(self, preset: Preset) -> Settings:
        """A copy that follows a preset in everything: method, flags and all pages."""
        planning = self.system.planning.model_copy(update={"method": "preset", "method_share": 1.0})
        nothing: dict[str, bool | Literal["preset"]] = dict.fromkeys(FLAG_NAMES, "preset")
        return self._with_system(
            preset=preset, flags=nothing, waves=dict.fromkeys(self.system.waves, 1.0), planning=planning
        )

    def with_method(self, method: Method, share: float = 1.0) -> Settings:
        """A copy that plans ``share`` of the pages by ``method``; flags stay."""
        update = {"method": method, "method_share": share}
        return self._with_system(planning=self.system.planning.model_copy(update=update))

    def with_waves(self, **shares: float) -> Settings:
        """A copy in which waves reach other shares of pages: ``with_waves(wave_2=0.1)``."""
        named = {int(name.removeprefix("wave_")): share for name, share in shares.items()}
        return self._with_system(waves={**self.system.waves, **named})

    def _with_system(self, **parts: Any) -> Settings:
        system = self.system.model_copy(update=parts)
        _check_flags(system)
        # Only the fields: what is cached on the way belongs to the old settings.
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Settings(**{**fields, "system": system})


_PRESET_METHOD: dict[str, Method] = {"recommended": "exact", "baseline": "baseline"}


def _check_flags(system: SystemConfig) -> None:
    """Refuse flags and waves that mean nothing: unknown, missing, not built, or left open by ``custom``."""
    place = "system_config.yaml"
    wrong = sorted(set(system.flags) ^ set(FLAG_NAMES))
    if wrong:
        raise ConfigError(f"{place}: flags: {wrong} missing or unknown; allowed: {', '.join(FLAG_NAMES)}")
    for name, reason in UNBUILT_FLAGS.items():
        if system.flags[name] is True:
            raise ConfigError(f"{place}: flags.{name}: cannot be enabled: {reason}; leave it off")
    waves = sorted(set(FLAG_WAVES.values()))
    if sorted(system.waves) != waves:
        raise ConfigError(f"{place}: waves: {sorted(system.waves)} given; needed: {waves}")
    for wave, share in system.waves.items():
        if not 0 <= share <= 1:
            raise ConfigError(f"{place}: waves.{wave}: {share} is no share of pages; allowed: 0 to 1")
    if system.preset == "custom":
        left = [f"flags.{name}" for name, state in system.flags.items() if state == "preset"]
        left += ["planning.method"] if system.planning.method == "preset" else []
        if left:
            raise ConfigError(f"{place}: preset custom: {', '.join(left)} must be set, there is no preset behind it")


T = TypeVar("T")


def config_dir() -> Path:
    """Folder of the YAML files: ``EROS_CONFIG``, else the ``config/`` that came with the code."""
    return Path(os.environ.get("EROS_CONFIG") or bundled("config"))


def read_config(path: Path, kind: Any) -> Any:
    """Parse one YAML file into ``kind``; raises :class:`ConfigError` naming file, place and value."""
    return _parse(_read_yaml(path), kind, path)


def _read_yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _parse(data: Any, kind: Any, path: Path) -> Any:
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']} (got {e.get('input')!r})" for e in error.errors()
        ]
        raise ConfigError("\n".join(lines)) from error


def _apply_environment(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """Override leaves of the system configuration from ``EROS__SECTION__KEY[__KEY]`` variables."""
    for name, value in sorted(os.environ.items()):
        if not name.startswith("EROS__"):
            continue
        *parents, leaf = name.removeprefix("EROS__").split("__")
        node = data
        for part in [*parents, leaf]:
            key = next((k for k in node if str(k).lower() == part.lower()), None) if isinstance(node, dict) else None
            if key is None:
                raise ConfigError(f"environment variable {name}: no such setting in {path.name}")
            if part is leaf:
                node[key] = yaml.safe_load(value)
            else:
                node = node[key]
    return data


def _read_section(path: Path, section: str, kind: Any) -> Any:
    """One section of a file whose other sections belong to another layer."""
    return _parse(_read_yaml(path).get(section), kind, path)


@cache
def _tables(folder: Path) -> dict[str, Any]:
    return {
        "send_types": read_config(folder / "send_types.yaml", tuple[SendType, ...]),
        "audiences": read_config(folder / "audiences.yaml", Audiences),
        "content_types": read_config(folder / "content_types.yaml", tuple[ContentType, ...]),
        "volume": read_config(folder / "volume.yaml", Volume),
        "scoring": read_config(folder / "scoring.yaml", Scoring),
        "timing": read_config(folder / "timing.yaml", Timing),
        "text_features": read_config(folder / "text_features.yaml", TextFeatures),
        # F34 terms: ingest quarantines by them, the rules check schedules against them.
        "prohibited": _read_section(folder / "ingest.yaml", "prohibited", dict[str, tuple[str, ...]]),
        "digest": read_config(folder / "digest.yaml", DigestRules),
        "classification": read_config(folder / "classification.yaml", Classification),
        # Ingest maps caption types by these, the warehouse the types of sends.
        "type_aliases": _read_section(folder / "ingest.yaml", "caption_types", dict[str, str]),
    }


def load_settings(home: Path | str | None = None) -> Settings:
    """Load every table; ``home`` defaults to ``EROS_HOME``, then to ``./data``.

    Raises :class:`ConfigError` for an unreadable file, an unknown key, flag or setting.
    """
    folder = config_dir()
    system_path = folder / "system_config.yaml"
    system = _parse(_apply_environment(_read_yaml(system_path), system_path), SystemConfig, system_path)
    _check_flags(system)
    where = Path(home or os.environ.get("EROS_HOME") or "data").expanduser().resolve()
    return Settings(paths=Paths(home=where), system=system, **_tables(folder))
