"""Typed configuration of ingest: ``config/ingest.yaml`` and ``config/page_aliases.yaml``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import AfterValidator, field_validator, model_validator

from eros_assets.domain.frames import EXPORT_TABLES
from eros_assets.settings import Typed, config_dir, read_config

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
    aliases: tuple[str, ...]


class KindRule(Typed):
    """Columns of one kind of file, and those it cannot do without."""

    required: tuple[str, ...]
    columns: dict[str, ColumnRule]


class Limits(Typed):
    """Thresholds of faults and ranges of cells."""

    max_price: float
    large_earnings: float
    drift_share: float
    drift_dollars: float
    min_caption: int
    short_caption: int
    long_caption: int
    max_caption: int
    proven_earnings: float
    proven_uses: int
    proven_performance: float
    proven_per_use: float
    near_duplicate: float
    suggested_price: tuple[float, float]
    subscription_price: tuple[float, float]
    default_ppv_price: tuple[float, float]
    max_record_lines: int


class Defaults(Typed):
    """Values of absent cells."""

    default_ppv_price: float
    content_category: str
    sub_type: str
    timezone: str
    primary_tone: str
    tone_confidence: float
    emoji_frequency: str
    slang_level: str
    avg_sentiment: float
    avg_caption_length: int
    caption_length_preference: str


class IngestConfig(Typed):
    """``config/ingest.yaml`` but for the sections that other layers need too, which the settings hold."""

    file_name_patterns: tuple[str, ...]
    file_kinds: dict[str, Kind]
    load_order: tuple[Kind, ...]
    caption_logger_columns: tuple[str, ...]
    null_words: tuple[str, ...]
    true_words: tuple[str, ...]
    false_words: tuple[str, ...]
    free_words: tuple[str, ...]
    unsent_words: tuple[str, ...]
    refund_words: tuple[str, ...]
    dollar_words: tuple[str, ...]
    first_date: str
    days_ahead: int
    is_day_first: bool
    zone_aliases: dict[str, str]
    limits: Limits
    defaults: Defaults
    content_categories: dict[str, str]
    levels: dict[str, str]
    placeholders: tuple[str, ...]
    platform_hosts: tuple[str, ...]
    paid_only_caption_types: tuple[str, ...]
    retry_rules: tuple[str, ...]
    kinds: dict[Kind, KindRule]

    @model_validator(mode="before")
    @classmethod
    def _without_shared(cls, data: Any) -> Any:
        shared = ("prohibited", "caption_types")
        return {name: value for name, value in data.items() if name not in shared} if isinstance(data, dict) else data

    @field_validator("file_name_patterns")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            re.compile(pattern)
        return patterns

    @model_validator(mode="after")
    def _every_kind(self) -> Self:
        for name, kinds in (("kinds", self.kinds), ("load_order", self.load_order)):
            if missing := [kind for kind in EXPORT_TABLES if kind not in kinds]:
                raise ValueError(f"{name} lacks {', '.join(missing)}")
        return self

    def earliest(self) -> pd.Timestamp:
        """First believable moment, UTC (F19)."""
        return pd.Timestamp(self.first_date)

    def latest(self, now: pd.Timestamp) -> pd.Timestamp:
        """Last believable moment at ``now``, UTC (F19)."""
        return now + pd.Timedelta(days=self.days_ahead)


@cache
def _load(folder: Path) -> tuple[IngestConfig, dict[str, str]]:
    return read_config(folder / "ingest.yaml", IngestConfig), read_config(folder / "page_aliases.yaml", dict[str, str])


def ingest_config() -> IngestConfig:
    """The ingest configuration; raises ``ConfigError`` naming file, place and value."""
    return _load(config_dir())[0]


def page_aliases() -> dict[str, str]:
    """Old page name → new page name (F06), as configured."""
    return _load(config_dir())[1]
