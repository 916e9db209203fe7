"""A small agency run through the whole pipeline once: real exports, real Dagster runs, real lake."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from eros_assets.pipeline import Pipeline, RunSummary
from eros_assets.sample.sample import write_demo
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect

END = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
WEEK = date(2026, 11, 30)
SIZES = {"creators": 4, "captions": 4_000, "sends": 3_000, "days": 70}


def make_home(home: Path, *, end: date = END) -> Settings:
    """A home with the sample's exports in its inbox."""
    settings = load_settings(home)
    write_demo(settings.paths.inbox, home / "truth" / "truth.json", end=end, settings=settings, **SIZES)
    return settings


def table_checksums(settings: Settings) -> dict[str, str]:
    """Table → checksum of its rows in any order, for every table of the lake."""
    with connect(settings, read_only=True) as lake:
        tables = lake.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY 1"
        ).fetchall()
        return {
            name: str(lake.execute(f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {name} AS t").fetchone())
            for (name,) in tables
        }


def file_hashes(folder: Path, pattern: str = "**/*") -> dict[str, str]:
    """Relative path → SHA-256 of every file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob(pattern))
        if path.is_file()
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a costly home run on one worker (``--dist loadgroup``)."""
    homes = {"pipeline": "pipeline", "browser": "pipeline", "dbt": "dbt"}
    for item in items:
        home = homes.get(item.path.parent.name)
        if home:
            item.add_marker(pytest.mark.xdist_group(home))


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, RunSummary]:
    """Settings and summary of the first run; tests read this home and do not change it."""
    settings = make_home(tmp_path_factory.mktemp("agency") / "home")
    return settings, Pipeline(settings, now=NOW).run(WEEK)


@pytest.fixture()
def own_home(first_run: tuple[Settings, RunSummary], tmp_path: Path) -> Settings:
    """A private copy of the first run's home, for tests that change it."""
    shutil.copytree(first_run[0].paths.home, tmp_path / "home")
    return load_settings(tmp_path / "home")
