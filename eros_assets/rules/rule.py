"""What a rule is: one gap of the catalogue with its validator and its measure.

A validator judges an assembled schedule against the raw reference tables and returns one row per
finding; a measure condenses any set of schedules into one figure with a target. Neither reads the
planner's own marks, so that a planner that believes it kept a rule can be proved wrong.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.rules.reference import Reference
from eros_assets.settings import Settings

Level = Literal["error", "warning", "info"]
Comparison = Literal[">=", "<=", "between"]
Description = str | Callable[[Settings], str]

FINDING_COLUMNS = ["week_start", "creator_id", "schedule_id", "item_id", "level", "measured", "limit_value", "message"]
_NO_FINDING = pd.DataFrame(
    {name: pd.Series(dtype=float if name in ("measured", "limit_value") else "str") for name in FINDING_COLUMNS}
).assign(week_start=pd.Series(dtype="datetime64[us]"))
_SIGNS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True)
class Measure:
    """One figure over a set of schedules.

    ``value`` is in ``unit`` and judged by ``comparison`` against ``target`` (``between``: up to
    ``target_high``, both inclusive). ``n`` counts what the figure is taken over; with n = 0 the
    value is NaN and nothing is judged.
    """

    value: float
    target: float
    comparison: Comparison
    n: int
    unit: str
    note: str = ""
    target_high: float = float("nan")

    @property
    def passes(self) -> bool | None:
        """Whether the target is met; None when there was nothing to measure."""
        if self.n == 0 or np.isnan(self.value):
            return None
        slack = 1e-9
        if self.comparison == ">=":
            return self.value >= self.target - slack
        if self.comparison == "<=":
            return self.value <= self.target + slack
        return self.target - slack <= self.value <= self.target_high + slack

    @property
    def target_text(self) -> str:
        """The target as a reader wants it, e.g. ``≥ 0.6``."""
        if self.comparison == "between":
            return f"{self.target:g}–{self.target_high:g}"
        return f"{_SIGNS[self.comparison]} {self.target:g}"


@dataclass(frozen=True)
class Rule:
    """One gap. ``flag`` None: cannot be switched off. ``severity``: level of a finding that names none.

    ``find`` returns findings (see :func:`finding`), ``measure`` the rule's figure. ``description`` is what the rule
    asks, in a sentence; one that names figures takes them from the settings.
    """

    gap: str
    name: str
    wave: int | None
    priority: str
    flag: str | None
    severity: Level
    stages: tuple[str, ...]
    description: Description
    find: Callable[[Reference], pd.DataFrame]
    measure: Callable[[Reference], Measure]

    def check(self, reference: Reference) -> pd.DataFrame:
        """Findings as SCHEDULE_VERDICTS rows, as severe as the rule itself, in a stable order."""
        found = self.find(reference)
        if found.empty:
            return frames.SCHEDULE_VERDICTS.empty()
        level = found["level"].where(found["level"] != "", self.severity)
        out = found.assign(rule=self.gap, name=self.name, level=level).drop_duplicates(
            ["week_start", "creator_id", "item_id", "message"]
        )
        out = out.sort_values(["week_start", "creator_id", "item_id", "message"], kind="stable")
        return frames.SCHEDULE_VERDICTS.conform(out[frames.SCHEDULE_VERDICTS.column_names])


def described(description: Description, settings: Settings) -> str:
    """A rule's sentence with the figures of ``settings``."""
    return description if isinstance(description, str) else description(settings)


def say(template: str, rows: pd.DataFrame) -> pd.Series:
    """``template`` filled from the columns of each row: ``"{price:.2f} is above {limit:.2f}"``."""
    out = pd.Series("", index=rows.index, dtype=object)
    for literal, name, spec, _ in string.Formatter().parse(template):
        out = out + literal
        if name:
            out = out + rows[name].astype(object).map(lambda value, spec=spec or "": _shown(value, spec))
    return out


def _shown(value: Any, spec: str) -> str:
    return "nothing" if pd.isna(value) else format(value, spec)


def finding(
    rows: pd.DataFrame,
    template: str,
    *,
    measured: str | None = None,
    limit: str | float | None = None,
    level: Level | None = None,
    whole: bool = False,
) -> pd.DataFrame:
    """Findings about ``rows`` (columns week_start, creator_id, schedule_id and, unless ``whole``, item_id).

    ``measured`` and ``limit`` name columns (``limit`` may be a number); ``level`` overrides the
    rule's severity; ``whole`` findings concern the schedule, not an item.
    """
    if rows.empty:
        return _NO_FINDING
    nothing = pd.Series(np.nan, index=rows.index)
    return pd.DataFrame(
        {
            "week_start": rows["week_start"],
            "creator_id": rows["creator_id"],
            "schedule_id": rows["schedule_id"],
            "item_id": "" if whole else rows["item_id"],
            "level": level or "",
            "measured": nothing if measured is None else rows[measured].astype(float),
            "limit_value": rows[limit].astype(float) if isinstance(limit, str) else nothing if limit is None else limit,
            "message": say(template, rows),
        },
        columns=FINDING_COLUMNS,
        index=rows.index,
    )


def gather(*parts: pd.DataFrame) -> pd.DataFrame:
    """All findings of one rule in one frame."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else _NO_FINDING


def violations(found: pd.DataFrame, n: int, unit: str, note: str = "") -> Measure:
    """The measure of a rule whose target is zero: its findings that are no mere information."""
    count = int((found["level"] != "info").sum())
    return Measure(float(count) if n else float("nan"), 0.0, "<=", n, unit, note)


def share(good: pd.Series, target: float, unit: str, note: str = "") -> Measure:
    """The measure of a rule that wants a least share of true values."""
    n = len(good)
    return Measure(float(good.mean()) if n else float("nan"), target, ">=", n, unit, note)
