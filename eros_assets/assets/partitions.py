"""The one daily and the one weekly partition axis: same start, same time zone."""

from __future__ import annotations

from datetime import date, timedelta

import dagster as dg

from eros_assets.settings import load_settings

_AGENCY = load_settings().system.agency

daily = dg.DailyPartitionsDefinition(start_date=_AGENCY.history_start, timezone=_AGENCY.timezone)
"""Local calendar dates; the newest is yesterday."""

weekly = dg.WeeklyPartitionsDefinition(
    start_date=_AGENCY.history_start, timezone=_AGENCY.timezone, day_offset=1, end_offset=2
)
"""Mondays; weeks are planned ahead, so the current and the next week exist as well."""

published_creators = dg.DynamicPartitionsDefinition(name="published_creators")
"""One key per creator that ever had a schedule published."""


def monday_of(day: date) -> date:
    """The Monday of ``day``'s week."""
    return day - timedelta(days=day.weekday())


def next_monday(day: date) -> date:
    """The Monday after ``day``: the week that is planned by default."""
    return monday_of(day) + timedelta(days=7)
