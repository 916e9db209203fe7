"""Consecutive weeks as recommended: the same bytes everywhere, and one week continues the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from eros_assets.pipeline import Pipeline, RunSummary
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read
from tests.conftest import NOW, WEEK, file_hashes

pytestmark = pytest.mark.slow
WEEKS = (WEEK - timedelta(days=7), WEEK)
"""Both are planned from the home's newest as-of day."""
PLAN_TWO_WEEKS = f"""
from datetime import datetime
import dagster as dg
from eros_assets.pipeline import Pipeline
from eros_assets.settings import load_settings
for week in {[week.isoformat() for week in WEEKS]!r}:
    pipeline = Pipeline(load_settings(), now=datetime.fromisoformat({NOW.isoformat()!r}))
    beside = dg.AssetSelection.groups("governance", "digests")
    assert pipeline.job("weekly", partition=week, without=beside), pipeline.summary.errors
"""


@pytest.fixture(scope="module")
def two_homes(
    first_run: tuple[Settings, RunSummary], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, Settings]:
    """Copies of the small agency in which two weeks were planned by processes that differ in hash seed and shards."""
    homes = []
    running = []
    for hash_seed, shards in (("1", "1"), ("20", "3")):
        home = tmp_path_factory.mktemp("weeks") / "home"
        shutil.copytree(first_run[0].paths.home, home)
        own = {"EROS_HOME": str(home), "PYTHONHASHSEED": hash_seed, "EROS__PLANNING__SHARDS": shards}
        log = home / "two_weeks.log"
        with log.open("w") as out:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-c", PLAN_TWO_WEEKS], env={**os.environ, **own}, stdout=out, stderr=out
                )
            )
        homes.append(load_settings(home))
    assert [process.wait() for process in running] == [0, 0], [
        (home.paths.home / "two_weeks.log").read_text()[-2000:] for home in homes
    ]
    return homes[0], homes[1]


def items_of(settings: Settings) -> pd.DataFrame:
    """Every item of the newest schedules of both weeks."""
    with connect(settings, read_only=True) as lake:
        return read(
            lake,
            "SELECT page_name, i.* FROM planning.schedule_item i JOIN (SELECT * FROM planning.schedule"
            " QUALIFY row_number() OVER (PARTITION BY creator_id, week_start ORDER BY version DESC) = 1)"
            " USING (schedule_id) ORDER BY page_name, scheduled_at, item_id",
        )


def test_hash_seed_and_shards_change_no_byte(two_homes: tuple[Settings, Settings]) -> None:
    one, other = two_homes
    published = file_hashes(one.paths.published)
    assert {path.split("/")[0] for path in published} == {week.isoformat() for week in WEEKS}
    assert file_hashes(other.paths.published) == published
    pd.testing.assert_frame_equal(items_of(one), items_of(other))


def test_a_past_week_planned_again_after_later_ones_is_the_same(
    two_homes: tuple[Settings, Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(two_homes[0].paths.home, tmp_path / "home")
    settings = load_settings(tmp_path / "home")
    before = items_of(settings)
    with connect(settings) as lake:  # nothing of the first planning may be left to be kept
        for table in ("schedule_item", "schedule"):
            lake.execute(f"DELETE FROM planning.{table} WHERE week_start = ?", [WEEKS[0]])
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
