"""Typed configuration of ingest: ``config/ingest.yaml`` and ``config/page_aliases.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, model_validator

from eros_assets.domain.frames import EXPORT_TABLES
from eros_assets.ingest.faults import QuarantineRule
from eros_assets.settings import config_dir, read_config
from eros_assets.settings.types import (
    ContentCategory,
    Dollars,
    IsoDay,
    Level,
    Listed,
    Name,
    Pattern,
    PositiveCharacters,
    PositiveCount,
    PositiveDays,
    PositiveDollars,
    PositivePoints,
    PositiveShare,
    Price,
    Range,
    Share,
    TimeZone,
    Typed,
    Unique,
    require_sorted,
)

CellType = Literal["text", "time", "date", "money", "count", "number", "bool", "ignored"]


def _known(kind: str) -> str:
    """A kind of export file: one that has a table to fill."""
    if kind not in EXPORT_TABLES:
        raise ValueError(f"no such kind of export file; there are {', '.join(EXPORT_TABLES)}")
    return kind


Kind = Annotated[str, AfterValidator(_known)]


class ColumnRule(Typed):
    """How one column is recognised and read; ``ignored`` columns are known but not loaded."""

    type: CellType
    aliases: Unique[Name]


class KindRule(Typed):
    """Columns of one kind of file, and those it cannot do without."""

    required: Listed[Name]
    columns: dict[Name, ColumnRule]

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> KindRule:
        if missing := [name for name in self.required if name not in self.columns]:
            raise ValueError(f"required: {', '.join(missing)} unknown; allowed: {', '.join(self.columns)}")
        return self


class Limits(Typed):
    """Thresholds of faults and ranges of cells."""

    max_price: Price
    large_earnings: PositiveDollars
    drift_share: PositiveShare
    drift_dollars: PositiveDollars
    min_caption: PositiveCharacters
    short_caption: PositiveCharacters
    long_caption: PositiveCharacters
    max_caption: PositiveCharacters
    proven_earnings: PositiveDollars
    proven_uses: PositiveCount
    proven_performance: PositivePoints
    proven_per_use: PositiveDollars
    near_duplicate: PositiveShare
    suggested_price: Range[Price]
    subscription_price: Range[Dollars]
    default_ppv_price: Range[Price]
    max_record_lines: PositiveCount

    @model_validator(mode="after")
    def _rises(self) -> Limits:
        require_sorted((self.min_caption, self.short_caption, self.long_caption, self.max_caption), "caption lengths")
        return self


class Defaults(Typed):
    """Values of absent cells."""

    default_ppv_price: Price
    content_category: ContentCategory
    sub_type: Literal["gfe", "commercial", "personalized"]
    timezone: TimeZone
    primary_tone: Name
    tone_confidence: Share
    emoji_frequency: Level
    slang_level: Level
    avg_sentiment: Share
    avg_caption_length: PositiveCharacters
    caption_length_preference: Literal["short", "medium", "long", "varies"]


class IngestConfig(Typed):
    """``config/ingest.yaml`` but for the sections that other layers need too, which the settings hold."""

    file_name_patterns: Listed[Pattern]
    file_kinds: dict[Name, Kind]
    load_order: Listed[Kind]
    caption_logger_columns: Listed[Name]
    null_words: Unique[str]
    true_words: Listed[Name]
    false_words: Listed[Name]
    free_words: Unique[Name]
    unsent_words: Unique[Name]
    refund_words: Unique[Name]
    dollar_words: Unique[Name]
    first_date: IsoDay
    days_ahead: PositiveDays
    is_day_first: bool
    zone_aliases: dict[Name, TimeZone]
    limits: Limits
    defaults: Defaults
    content_categories: dict[Name, ContentCategory]
    levels: dict[Name, Level]
    placeholders: Unique[Name]
    platform_hosts: Unique[Name]
    paid_only_caption_types: Unique[Name]
    retry_rules: Unique[QuarantineRule]
    kinds: dict[Kind, KindRule]

    @model_validator(mode="before")
    @classmethod
    def _without_shared(cls, data: Any) -> Any:
        shared = ("prohibited", "caption_types")
        return {name: value for name, value in data.items() if name not in shared} if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _is_consistent(self) -> IngestConfig:
        for name, kinds in (("load_order", self.load_order), ("kinds", self.kinds)):
            if missing := [kind for kind in EXPORT_TABLES if kind not in kinds]:
                raise ValueError(f"{name}: {', '.join(missing)} missing; needed: {', '.join(EXPORT_TABLES)}")
        if both := sorted(set(self.true_words) & set(self.false_words)):
            raise ValueError(f"true_words and false_words: {', '.join(both)} in both; allowed: each word in one")
        return self

    def earliest(self) -> pd.Timestamp:
        """First believable moment, UTC."""
        return pd.Timestamp(self.first_date)

    def latest(self, now: pd.Timestamp) -> pd.Timestamp:
        """Last believable moment at ``now``, UTC."""
        return now + pd.Timedelta(days=self.days_ahead)


@cache
def _load(folder: Path) -> tuple[IngestConfig, dict[str, str]]:
    return read_config(folder / "ingest.yaml", IngestConfig), read_config(
        folder / "page_aliases.yaml", dict[Name, Name]
    )


def ingest_config() -> IngestConfig:
    """The ingest configuration; raises ``ConfigError`` naming file, place and value."""
    return _load(config_dir())[0]


def page_aliases() -> dict[str, str]:
    """Old page name → new page name, as configured."""
    return _load(config_dir())[1]
