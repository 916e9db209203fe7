"""``config/system_config.yaml``: what an operator changes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from eros_assets.settings.flags import FLAG_NAMES, FLAG_WAVES, UNBUILT_FLAGS, Method, Preset
from eros_assets.settings.types import (
    ConfigError,
    IsoDay,
    PositiveCount,
    PositiveDays,
    PositiveShare,
    Seed,
    Share,
    TimeZone,
    Typed,
)

Effort = Annotated[int, Field(ge=0, le=100)]
MeanSends = Annotated[float, Field(ge=0, le=10)]
"""Share of a mean revenue send; above 1 it is worth more than one."""
BestCaptions = Annotated[float, Field(gt=0, le=1000)]
"""Multiple of what the best caption of a week earns."""


class Agency(Typed):
    """Zone of naive timestamps and of the schedules, and the first day there is."""

    timezone: TimeZone
    history_start: IsoDay


class IngestLimits(Typed):
    """Which files are taken in, and when many quarantined rows are told or refuse a file."""

    max_unpacked_mb: Annotated[int, Field(ge=1, le=100_000)]
    max_quarantined_share: Share
    alert_quarantined_share: Share
    settle_seconds: Annotated[float, Field(ge=0, le=3600)]

    @model_validator(mode="after")
    def _is_ordered(self) -> IngestLimits:
        if self.alert_quarantined_share > self.max_quarantined_share:
            raise ValueError(
                f"alert_quarantined_share {self.alert_quarantined_share}; allowed: up to max_quarantined_share, "
                f"{self.max_quarantined_share}"
            )
        return self


class WarehouseSettings(Typed):
    """How long a locked catalog is waited for, and how long old states of the lake are kept."""

    retry_attempts: Annotated[int, Field(ge=1, le=100)]
    retry_base_seconds: Annotated[float, Field(gt=0, le=60)]
    snapshot_days: PositiveDays


class PlanningCosts(Typed):
    """What is given up rather than a limit, dearest first, in best captions of the week or page."""

    campaigns: BestCaptions
    empty: BestCaptions
    fewer: BestCaptions
    variety: BestCaptions
    range: BestCaptions
    relaxed: BestCaptions
    content: BestCaptions
    short: BestCaptions
    quota: BestCaptions
    late_link: BestCaptions
    alike: BestCaptions
    unpaid: BestCaptions

    @model_validator(mode="after")
    def _falls(self) -> PlanningCosts:
        named = [(name, getattr(self, name)) for name in type(self).model_fields]
        for (dearer, most), (cheaper, least) in pairwise(named):
            if least > most:
                raise ValueError(f"{cheaper} {least}; allowed: up to {dearer}, {most}: the order says what goes first")
        return self


class PlanningSettings(Typed):
    """How a week is planned: method, effort, and what is given up for what."""

    method: Method | Literal["preset"]
    method_share: Share
    seed: Seed
    shards: Annotated[int, Field(ge=1, le=1000)]
    candidates_per_type: PositiveCount
    exploration_share: Share
    exploration_below: PositiveShare
    slot_score_weight: MeanSends
    crowding_weight: MeanSends
    late_link_weight: MeanSends
    mix_tolerance: Share
    dense_share: PositiveShare
    relaxation_rounds: Effort
    bound_rounds: Effort
    costs: PlanningCosts


class PublishingSettings(Typed):
    """Whether schedules that need a person's look are published all the same."""

    publish_needs_review: bool


class SystemConfig(Typed):
    """What an operator changes."""

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
        """Where exports are put."""
        return self.home / "inbox"

    @property
    def archive(self) -> Path:
        """Where files go that were taken in."""
        return self.home / "archive"

    @property
    def rejected(self) -> Path:
        """Where files go that could not be read, each with its reason."""
        return self.home / "rejected"

    @property
    def lake(self) -> Path:
        """The tables."""
        return self.home / "lake"

    @property
    def published(self) -> Path:
        """Published schedules."""
        return self.home / "published"

    @property
    def digests(self) -> Path:
        """Daily digests."""
        return self.home / "digests"

    @property
    def site(self) -> Path:
        """The pages that people read."""
        return self.home / "site"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance."""
        return self.home / "dagster"

    @property
    def run_summary(self) -> Path:
        """What the last run did, as JSON."""
        return self.home / "run_summary.json"


def check_flags(system: SystemConfig) -> None:
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
