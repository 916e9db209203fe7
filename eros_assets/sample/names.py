"""Types of sample figures: names that the configuration of the product knows, and shares, curves and hours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AfterValidator, Field

from eros_assets.settings import Settings, config_dir, load_settings
from eros_assets.settings.types import Discount, Factor, PositiveShare, require_sorted, sums_to

Key = TypeVar("Key")


@cache
def _settings(folder: Path) -> Settings:
    return load_settings()


def _send_type(key: str) -> str:
    known = _settings(config_dir()).send_type
    if key not in known:
        raise ValueError(f"no send type; allowed: {', '.join(known)}")
    return key


def _content_type(key: str) -> str:
    known = _settings(config_dir()).content_type
    if key not in known:
        raise ValueError(f"no content type; allowed: {', '.join(known)}")
    return key


def _some_hours(hours: tuple[float, ...]) -> tuple[float, ...]:
    if not any(hours):
        raise ValueError("no hour has a share; needed: one or more")
    return hours


def _settles(curve: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    require_sorted((day for day, _ in curve), "days")
    require_sorted((share for _, share in curve), "shares")
    if not curve or curve[0][0] != 0 or curve[-1][1] != 1:
        raise ValueError(f"{curve}; needed: from day 0 up to a share of 1")
    return curve


SendTypeKey = Annotated[str, AfterValidator(_send_type)]
ContentTypeKey = Annotated[str, AfterValidator(_content_type)]
Week = tuple[Factor, Factor, Factor, Factor, Factor, Factor, Factor]
"""Factors of the weekdays, Monday first."""
Hours = Annotated[
    tuple[Annotated[float, Field(ge=0, le=1000)], ...], Field(min_length=24, max_length=24), AfterValidator(_some_hours)
]
"""Weights of the hours from 0 to 23."""
Maturity = Annotated[tuple[tuple[Annotated[float, Field(ge=0, le=365)], Discount], ...], AfterValidator(_settles)]
"""(days since the send, share of the final counts that an export shows)."""
Shares: TypeAlias = Annotated[dict[Key, PositiveShare], sums_to(1)]
"""Shares that sum to 1."""
