"""One built home for the whole area: dbt start-up is what these tests cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from eros_assets.domain import frames
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse import connection, dbt_run
from tests.dbt import world

END = date(2026, 3, 31)
MARTS = [
    *(f"intermediate.int_{name}" for name in ("sender_means", "creator_fans", "creator_horizons", "creator_weekdays")),
    "performance.fct_sends",
    "performance.fct_creator_daily",
    "performance.fct_caption_daily",
    *(table.full_name for table in frames.AS_OF_TABLES.values()),
]


@pytest.fixture(scope="session", autouse=True)
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep dbt's manifest and compiled files of these tests out of the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("dbt_target")))
        yield


@pytest.fixture(scope="session")
def built(fast_dbt: None, dbt_target: None, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the small agency's raw tables and a first whole build, data tests included."""
    settings = load_settings(tmp_path_factory.mktemp("home"))
    world.load(settings, world.raw_frames(END))
    dbt_run.prepare(settings)
    dbt_run.run_dbt(settings, dbt_run.build_args(None, None))
    return settings


def build_windows(settings: Settings, windows: list[tuple[date, date]]) -> None:
    """Build the models for one window after the other, without data tests."""
    for window in windows:
        arguments = [*dbt_run.build_args(*window), "--exclude-resource-type", "test", "seed", "--no-write-json"]
        dbt_run.run_dbt(settings, arguments)


def days(first: date, last: date) -> list[tuple[date, date]]:
    """One single-day window per day."""
    return [(day, day) for day in (first + timedelta(days=i) for i in range((last - first).days + 1))]


def checksums(settings: Settings, where: str = "true") -> dict[str, tuple[int, int]]:
    """Rows and order-free hash of every mart's rows that satisfy ``where`` (``day`` = its date column)."""
    result = {}
    with connection.connect(settings, read_only=True) as lake:
        for table in MARTS:
            columns = [row[0] for row in lake.execute(f"DESCRIBE {table}").fetchall()]
            day = "as_of_date" if "as_of_date" in columns else "send_date"
            query = f"SELECT count(*), bit_xor(hash(t)) FROM {table} AS t WHERE {where.replace('day', day)}"
            result[table] = lake.execute(query).fetchone()
    return result


def project_files(pattern: str) -> list[Path]:
    return sorted(path for path in dbt_run.PROJECT_DIR.rglob(pattern) if "target" not in path.parts)
