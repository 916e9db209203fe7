"""A sample agency with the last weeks of its history ready to be planned as if they still lay ahead.

Planning a past week needs nothing but the performance tables as of the Sunday before it, so only
those days are backfilled, not the whole span.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from eros_assets.flows.scoring import store_features
from eros_assets.pipeline import Pipeline
from eros_assets.sample.sample import write_demo
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read, table_exists
from eros_assets.warehouse.state import changed_days

END = date(2026, 11, 22)
"""Last day of every sample: a Sunday."""
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
DEFAULT_SIZES = {"creators": 40, "captions": 60_000, "sends": 75_000, "days": 400}


def truth_path(home: Path) -> Path:
    """Where a home's truth file lies."""
    return home / "truth" / "truth.json"


def last_weeks(count: int) -> list[date]:
    """The Mondays of the last ``count`` weeks of history, oldest first."""
    return [END - timedelta(days=6 + 7 * back) for back in range(count - 1, -1, -1)]


def ready_home(home: Path, weeks: Sequence[date], sizes: dict[str, int], seed: int | None = None) -> Settings:
    """Settings of a home with the sample read and the Sundays before ``weeks`` in the as-of tables.

    What a home holds already is not made again.
    """
    settings = load_settings(home)
    if not truth_path(home).exists():
        write_demo(settings.paths.inbox, truth_path(home), end=END, seed=seed, settings=settings, **sizes)
    pipeline = Pipeline(settings, now=NOW)
    pipeline.job("ingest")
    with connect(settings) as connection:
        changed = changed_days(settings, connection)
    if changed:
        pipeline.job("history", days=(min(changed), END))
        store_features(settings)
    done = _as_of_days(settings)
    for week in weeks:
        sunday = week - timedelta(days=1)
        if sunday not in done:
            pipeline.backfill(sunday, sunday)
    if pipeline.summary.failed_runs:
        raise RuntimeError(f"{pipeline.summary.failed_runs}: {pipeline.summary.errors}")
    return settings


def planning_time(week: date) -> datetime:
    """When a week is planned: 08:00 UTC on its Monday, when Sunday is over at the agency."""
    return datetime.combine(week, time(8), tzinfo=UTC)


def _as_of_days(settings: Settings) -> set[date]:
    with connect(settings, read_only=True) as connection:
        if not table_exists(connection, "performance.creator_health"):
            return set()
        days = read(connection, "SELECT DISTINCT as_of_date FROM performance.creator_health")["as_of_date"]
    return {day.date() for day in days}
