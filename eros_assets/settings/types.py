"""What every configuration model is made of: its base, ranges of single figures, and checks of several.

A type says what its figure means and which values make sense; a figure outside is refused at load. Infinite
numbers and NaN are refused everywhere, text or a boolean is never taken for a number.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Category = Literal["revenue", "engagement", "retention"]
PageType = Literal["paid", "free"]
Tier = Literal["LOW", "MID", "HIGH", "ULTRA"]
PerformanceTier = Literal["TOP", "MID", "LOW", "AVOID"]
ContentCategory = Literal["lifestyle", "softcore", "amateur", "commercial"]
Level = Literal["none", "light", "moderate", "heavy"]
TipGoal = Literal["goal_based", "individual", "competitive"]
GameKind = Literal["prize_wheel", "wheel", "mystery_box", "scratch_card", "card_game"]
CampaignKind = Literal["descriptive_wall", "wheel", "bundle_wall", "other_game"]


class ConfigError(ValueError):
    """A configuration file that cannot be used; the message names file, place and value."""


class Typed(BaseModel):
    """Base of every configuration model: immutable, unknown keys and values of another type refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, strict=True, allow_inf_nan=False)


# Numbers without a unit.
Share = Annotated[float, Field(ge=0, le=1)]
PositiveShare = Annotated[float, Field(gt=0, le=1)]
PartialShare = Annotated[float, Field(gt=0, lt=1)]
Factor = Annotated[float, Field(gt=0, le=100)]
Discount = Annotated[float, Field(gt=0, le=1)]
Premium = Annotated[float, Field(ge=1, le=100)]
Weight = Annotated[float, Field(gt=0, le=1000)]
Points = Annotated[float, Field(ge=0, le=100)]
PositivePoints = Annotated[float, Field(gt=0, le=100)]
Spread = Annotated[float, Field(gt=0, le=10)]
"""A standard deviation on the log scale, or another small positive number."""
Count = Annotated[int, Field(ge=0, le=1_000_000)]
PositiveCount = Annotated[int, Field(ge=1, le=1_000_000)]
Sends = Annotated[int, Field(ge=0, le=200)]
PositiveSends = Annotated[int, Field(ge=1, le=200)]
Rank = Annotated[int, Field(ge=0, le=1000)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
# Money, dollars.
Dollars = Annotated[float, Field(ge=0, le=1_000_000)]
PositiveDollars = Annotated[float, Field(gt=0, le=1_000_000)]
Price = Annotated[float, Field(gt=0, le=10_000)]
# Time.
Hour = Annotated[int, Field(ge=0, le=23)]
Weekday = Annotated[int, Field(ge=0, le=6)]
MinuteOfHour = Annotated[int, Field(ge=0, le=59)]
Minutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
PositiveMinutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]
Hours = Annotated[int, Field(ge=0, le=60 * 24)]
PositiveHours = Annotated[int, Field(ge=1, le=60 * 24)]
Days = Annotated[int, Field(ge=0, le=3660)]
PositiveDays = Annotated[int, Field(ge=1, le=3660)]
# Text.
Characters = Annotated[int, Field(ge=0, le=100_000)]
PositiveCharacters = Annotated[int, Field(ge=1, le=100_000)]
Name = Annotated[str, Field(min_length=1, max_length=400)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("no known time zone; allowed: a name like Europe/London or UTC") from error
    return name


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _clock(text: str) -> str:
    time.fromisoformat(text)
    return text


def _pattern(text: str) -> str:
    if "(?=" in text or "(?!" in text or "(?<" in text:
        raise ValueError("no look-around; allowed: RE2 expressions")
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return text


TimeZone = Annotated[Name, AfterValidator(_zone)]
IsoDay = Annotated[Name, AfterValidator(_day)]
ClockTime = Annotated[Name, AfterValidator(_clock)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]

Value = TypeVar("Value")
Number = TypeVar("Number", int, float)
Table = TypeVar("Table", bound=Mapping[Any, Any])


def _in_order(pair: tuple[Number, Number]) -> tuple[Number, Number]:
    if pair[0] > pair[1]:
        raise ValueError(f"{pair[0]} is above {pair[1]}; allowed: the lower bound first")
    return pair


def _not_empty(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if not values:
        raise ValueError("nothing given; allowed: one or more")
    return values


def _different(values: tuple[Value, ...]) -> tuple[Value, ...]:
    if len(set(values)) < len(values):
        raise ValueError("the same value twice; allowed: each once")
    return values


Range: TypeAlias = Annotated[tuple[Number, Number], AfterValidator(_in_order)]
"""(lowest, highest), both inclusive."""
Listed: TypeAlias = Annotated[tuple[Value, ...], AfterValidator(_not_empty), AfterValidator(_different)]
"""One or more values, each once."""
Unique: TypeAlias = Annotated[tuple[Value, ...], AfterValidator(_different)]
"""Any number of values, each once."""


def has_keys(kind: Any) -> AfterValidator:
    """Check that the keys of a mapping are exactly the values of a ``Literal``."""
    keys = get_args(kind)

    def check(table: Table) -> Table:
        if wrong := [key for key in (*table, *keys) if key not in keys or key not in table]:
            raise ValueError(f"{', '.join(map(str, wrong))} missing or unknown; needed: {', '.join(keys)}")
        return table

    return AfterValidator(check)


def sums_to(total: float) -> AfterValidator:
    """Check that the values of a mapping or the members of a tuple sum to ``total``."""

    def check(values: Any) -> Any:
        require_sum(values.values() if isinstance(values, Mapping) else values, total)
        return values

    return AfterValidator(check)


def require_sum(values: Iterable[float], total: float) -> None:
    """Raise ``ValueError`` unless the values sum to ``total``."""
    found = math.fsum(values)
    if abs(found - total) > 1e-6 * total:
        raise ValueError(f"sum {found:g}; allowed: {total:g}")


def require_sorted(values: Iterable[float], what: str, *, falling: bool = False) -> None:
    """Raise ``ValueError`` unless the values rise (or fall) strictly."""
    row = list(values)
    if any((a <= b) if falling else (a >= b) for a, b in itertools.pairwise(row)):
        raise ValueError(f"{what} {row}; allowed: strictly {'falling' if falling else 'rising'}")


def steps(attribute: str, *, last: float | None = None, falling: bool = True) -> AfterValidator:
    """Check that rows are sorted by one attribute; where they fall they end at ``last``, where they rise they begin."""

    def check(rows: tuple[Value, ...]) -> tuple[Value, ...]:
        values = [getattr(row, attribute) for row in rows]
        name = attribute.rstrip("_")
        require_sorted(values, name, falling=falling)
        end = (values[-1] if falling else values[0]) if values else None
        if end is None or (last is not None and end != last):
            raise ValueError(f"{name} of the lowest row is {end}; needed: {last if last is not None else 'a row'}")
        return rows

    return AfterValidator(check)


def unique_by(attribute: str) -> AfterValidator:
    """Check that no two rows share the value of one attribute."""

    def check(rows: tuple[Value, ...]) -> tuple[Value, ...]:
        _different(tuple(getattr(row, attribute) for row in rows))
        return rows

    return AfterValidator(check)


Keyed: TypeAlias = Annotated[tuple[Value, ...], AfterValidator(_not_empty), unique_by("key")]
"""Rows with a key each, one or more."""
PerTier: TypeAlias = Annotated[dict[Tier, Value], has_keys(Tier)]
"""A value for each volume tier."""
PerPage: TypeAlias = Annotated[dict[PageType, Value], has_keys(PageType)]
"""A value for each page type."""
