"""Consecutive weeks as recommended: the same bytes everywhere, and one week continues the other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from eros_assets.pipeline import Pipeline, RunSummary
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read
from tests.conftest import NOW, WEEK

pytestmark = [pytest.mark.slow, pytest.mark.long]
WEEKS = (WEEK - timedelta(days=7), WEEK)
"""Both are planned from the home's newest as-of day."""
FROM_EXPORTS = """
from tests.conftest import NOW, make_home
from tests.pipeline.test_weeks import WEEKS
from eros_assets.pipeline import Pipeline
from eros_assets.settings import load_settings
settings = make_home(load_settings().paths.home)
summary = Pipeline(settings, now=NOW).run(WEEKS[0])
assert not summary.failed_runs, summary.errors
"""
PLAN = """
import sys
import dagster as dg
from tests.conftest import NOW
from eros_assets.pipeline import Pipeline
from eros_assets.settings import load_settings
for week in sys.argv[1:]:
    pipeline = Pipeline(load_settings(), now=NOW)
    beside = dg.AssetSelection.groups("governance", "digests")
    assert pipeline.job("weekly", partition=week, without=beside), pipeline.summary.errors
"""


@pytest.fixture(scope="module")
def two_homes(
    first_run: tuple[Settings, RunSummary], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, Settings]:
    """Two homes with both weeks planned, made by processes that differ in hash seed and shards.

    One goes on from a copy of the first run, the other starts from the exports.
    """
    copied, clean = (tmp_path_factory.mktemp(name) / "home" for name in ("copied", "clean"))
    shutil.copytree(first_run[0].paths.home, copied)
    shutil.rmtree(copied / "published")
    one, other = load_settings(copied), load_settings(clean)
    forget(one, WEEK)
    running = [
        planning(one, PLAN, WEEKS, hash_seed="1", shards="1"),
        planning(other, FROM_EXPORTS + PLAN, WEEKS[1:], hash_seed="20", shards="3"),
    ]
    assert [process.wait() for process in running] == [0, 0], [
        home.with_name("log").read_text()[-2000:] for home in (copied, clean)
    ]
    return one, other


def planning(
    settings: Settings, script: str, weeks: Sequence[date], hash_seed: str, shards: str
) -> subprocess.Popen[bytes]:
    """A process that runs ``script`` for ``weeks`` on the home; what it says stands in a file beside the home."""
    home = settings.paths.home
    own = {"EROS_HOME": str(home), "PYTHONHASHSEED": hash_seed, "EROS__PLANNING__SHARDS": shards}
    command = [sys.executable, "-c", script, *(week.isoformat() for week in weeks)]
    with home.with_name("log").open("w") as log:
        return subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)


def forget(settings: Settings, week: date) -> None:
    """Leave nothing of an earlier planning of the week that could be kept."""
    with connect(settings) as lake:
        for table in ("schedule_item", "schedule"):
            lake.execute(f"DELETE FROM planning.{table} WHERE week_start = ?", [week])


def published(settings: Settings) -> dict[str, bytes]:
    """Every published file, but for the number of the lake's snapshot: it counts what was ever written to the lake."""
    folder = settings.paths.published
    return {
        str(path.relative_to(folder)): re.sub(rb'(data_snapshot": "|<dd>snapshot )\d+', rb"\1", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def items_of(settings: Settings) -> pd.DataFrame:
    """Every item of the newest schedules of both weeks."""
    with connect(settings, read_only=True) as lake:
        return read(
            lake,
            "SELECT page_name, i.* FROM planning.schedule_item i JOIN (SELECT * FROM planning.schedule"
            " QUALIFY row_number() OVER (PARTITION BY creator_id, week_start ORDER BY version DESC) = 1)"
            " USING (schedule_id) ORDER BY page_name, scheduled_at, item_id",
        )


def test_hash_seed_shards_and_a_clean_home_change_no_byte(two_homes: tuple[Settings, Settings]) -> None:
    one, other = two_homes
    files = published(one)
    assert {path.split("/")[0] for path in files} == {week.isoformat() for week in WEEKS}
    assert published(other) == files
    pd.testing.assert_frame_equal(items_of(one), items_of(other))


def test_a_past_week_planned_again_after_later_ones_is_the_same(
    two_homes: tuple[Settings, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(two_homes[0].paths.home, tmp_path / "home")
    settings = load_settings(tmp_path / "home")
    before = items_of(settings)
    forget(settings, WEEKS[0])
    pipeline = Pipeline(settings, now=NOW)
    beside = dg.AssetSelection.groups("governance", "digests")
    assert pipeline.job("weekly", partition=WEEKS[0].isoformat(), without=beside), pipeline.summary.errors
    pd.testing.assert_frame_equal(items_of(settings), before)


def test_rotation_goes_on_over_the_border_of_two_weeks(two_homes: tuple[Settings, Settings]) -> None:
    items = items_of(two_homes[0]).dropna(subset=["structure"])
    sunday = pd.Timestamp(WEEKS[1]) - pd.Timedelta(days=1)
    crossing = 0
    for _, own in items.groupby("page_name"):
        days = own.drop_duplicates(["scheduled_date", "structure"])
        assert days["scheduled_date"].is_unique
        runs = [
            run["scheduled_date"]
            for _, run in days.groupby((days["structure"] != days["structure"].shift()).cumsum(), sort=False)
        ]
        assert max((run.iloc[-1] - run.iloc[0]).days + 1 for run in runs) <= 4
        # Days without a PPV between two runs may belong to either; the first and the last run are seen in part.
        for before, after in zip(runs[:-2], runs[2:], strict=True):
            assert (after.iloc[0] - before.iloc[-1]).days - 1 >= 3
        crossing += sum(run.iloc[0] <= sunday < run.iloc[-1] for run in runs)
    assert crossing > 0
