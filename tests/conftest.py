"""A small agency run through the whole pipeline once: real exports, real Dagster runs, real lake."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from dagster_dbt import DbtCliResource

from eros_assets import definitions
from eros_assets.pipeline import Pipeline, RunSummary
from eros_assets.sample.sample import write_demo
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse import dbt_run
from eros_assets.warehouse.connection import connect
from tests.warm_dbt import warm_dbt

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


# Tests that share a costly fixture run on one worker, those of one name one after the other; the names with the most
# tests are given out first, one to each worker, so the two long ones do not wait for each other.
TOGETHER = {
    "tests/browser/": "agency",
    "tests/pipeline/": "agency",
    "tests/dbt/": "lake and sample",
    "tests/sample/": "lake and sample",
    "tests/domain/test_learning.py": "learning",
    "tests/domain/test_scores.py": "scores",
    "tests/planning/test_kinds.py": "kinds",
    "tests/planning/test_plan.py": "plans",
}


def unit_of_work(nodeid: str) -> str:
    """Name of what a test is given to a worker with; its own where it shares nothing costly."""
    return next((name for start, name in TOGETHER.items() if nodeid.startswith(start)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Workers take units of work (xdist's own groups, by mark, are lost on this pytest)."""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit_of_work(nodeid)

    return Units(config, log)


@pytest.fixture(scope="session")
def fast_dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """dbt commands of this process run in forks of one that has imported dbt."""
    with warm_dbt(tmp_path_factory.mktemp("dbt")) as executable, pytest.MonkeyPatch.context() as patch:
        resource = DbtCliResource(**{**definitions.dbt_resource.model_dump(), "dbt_executable": str(executable)})
        patch.setattr(dbt_run, "EXECUTABLE", str(executable))
        patch.setattr(definitions, "dbt_resource", resource)
        yield


@pytest.fixture(scope="session")
def first_run(fast_dbt: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, RunSummary]:
    """Settings and summary of the first run; tests read this home and do not change it.

    The first worker to ask makes the home, the other waits for it and takes the same.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, summary = shared / "agency" / "home", shared / "agency" / "summary.pickle"
    home.parent.mkdir(exist_ok=True)
    with (shared / "agency" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not summary.exists():
            summary.write_bytes(pickle.dumps(Pipeline(make_home(home), now=NOW).run(WEEK)))
    return load_settings(home), pickle.loads(summary.read_bytes())


@pytest.fixture()
def own_home(first_run: tuple[Settings, RunSummary], tmp_path: Path) -> Settings:
    """A private copy of the first run's home, for tests that change it."""
    shutil.copytree(first_run[0].paths.home, tmp_path / "home")
    return load_settings(tmp_path / "home")
