"""The main job end to end, through real Dagster runs."""

from __future__ import annotations

import csv
import json
from datetime import date

import dagster as dg
import pytest
from typer.testing import CliRunner

from eros_assets.assets.partitions import published_creators
from eros_assets.cli import app
from eros_assets.pipeline import Pipeline, RunSummary, prepare_instance
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read
from eros_assets.warehouse.state import week_summary
from tests.conftest import NOW, WEEK, file_hashes, table_checksums

pytestmark = pytest.mark.slow


def test_every_stage_succeeds_and_every_creator_is_published_or_named(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    assert summary.failed_runs == []
    assert summary.checks_failed == 0 or summary.held
    with connect(settings, read_only=True) as lake:
        active = int(read(lake, "SELECT count(*) AS n FROM raw.creators WHERE is_active")["n"].iloc[0])
    assert summary.creators_planned == active
    assert summary.creators_published + summary.creators_held == active
    assert set(summary.held) == set() or len(summary.held) == summary.creators_held


def test_the_summary_file_holds_the_same_figures(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    written = json.loads(settings.paths.run_summary.read_text())
    balance = sum(written[key] for key in ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined"))
    assert written["rows_read"] == balance > 0
    assert written["files"] == summary.files
    assert {"ingest", "day and digest", "plan and publish", "total"} <= set(written["seconds"])


def test_published_folders_hold_every_format_and_the_csv_matches_the_table(
    first_run: tuple[Settings, RunSummary],
) -> None:
    settings, summary = first_run
    week = settings.paths.published / WEEK.isoformat()
    folders = sorted(path for path in week.iterdir() if path.is_dir())
    assert len(folders) == summary.creators_published
    everyone: dict[str, set[str]] = {}
    for folder in folders:
        assert {f"schedule.{kind}" for kind in ("csv", "xlsx", "ics", "html", "json", "md")} <= {
            f.name for f in folder.iterdir()
        }
        with (folder / "schedule.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        with connect(settings, read_only=True) as lake:
            items = read(
                lake,
                "SELECT item_id FROM planning.schedule_item JOIN planning.schedule USING (schedule_id)"
                " WHERE page_name = ? AND schedule.status = 'published'",
                [folder.name],
            )
        assert {row["item_id"] for row in rows} == set(items["item_id"])
        everyone[folder.name] = {row["item_id"] for row in rows}
    with (week / "all_creators.csv").open(encoding="utf-8-sig", newline="") as file:
        together = list(csv.DictReader(file))
    assert {(row["page_name"], row["item_id"]) for row in together} == {
        (page, item) for page, items in everyone.items() for item in items
    }


def test_a_second_run_changes_no_table_and_no_file_and_prints_json_alone(own_home: Settings) -> None:
    tables, files = table_checksums(own_home), file_hashes(own_home.paths.published)
    words = ["run", "--week", WEEK.isoformat(), "--now", f"{NOW:%Y-%m-%dT%H:%M:%S}", "--json"]
    result = CliRunner().invoke(app, [*words, "--home", str(own_home.paths.home)])
    assert result.exit_code == 0, result.stderr
    summary = json.loads(result.stdout)
    assert summary["files"] == 0
    assert summary["failed_runs"] == []
    assert (summary["preset"], summary["method"], summary["preset_changes"]) == ("recommended", "exact", [])
    assert table_checksums(own_home) == tables
    assert file_hashes(own_home.paths.published) == files


def test_planned_again_a_held_creator_keeps_the_last_good_files_and_the_others_get_the_same(own_home: Settings) -> None:
    with connect(own_home) as lake:
        victim = read(
            lake, "SELECT creator_id, page_name FROM planning.schedule WHERE status = 'published' LIMIT 1"
        ).iloc[0]
        lake.execute("DELETE FROM raw.vault WHERE creator_id = ?", [victim["creator_id"]])
    before = file_hashes(own_home.paths.published)
    pipeline = Pipeline(own_home, now=NOW)
    pipeline.plan(WEEK, force=True)
    with connect(own_home, read_only=True) as lake:
        week = week_summary(lake, WEEK)
        planned = read(lake, "SELECT version FROM planning.schedule WHERE creator_id <> ?", [victim["creator_id"]])
    assert list(week["held"]) == [victim["page_name"]]
    assert pipeline.summary.failed_runs == []
    assert week["creators_published"] == week["creators_planned"] - 1
    assert file_hashes(own_home.paths.published) == before
    assert planned["version"].unique().tolist() == [1]


def test_each_published_creator_has_an_entry_with_a_link(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    instance = prepare_instance(settings)
    creators = instance.get_dynamic_partitions(published_creators.name or "")
    assert len(creators) == summary.creators_published
    event = instance.fetch_materializations(
        dg.AssetRecordsFilter(
            asset_key=dg.AssetKey(["publishing", "creator_schedule"]), asset_partitions=[creators[0]]
        ),
        limit=1,
    ).records[0]
    assert event.asset_materialization is not None
    assert {"week", "items", "expected_revenue", "page"} <= set(event.asset_materialization.metadata)


def test_every_rule_has_a_check_result(first_run: tuple[Settings, RunSummary]) -> None:
    from eros_assets.checks.schedule import check_name
    from eros_assets.rules.registry import RULES

    _, summary = first_run
    assert summary.checks_passed + summary.checks_warned + summary.checks_failed > len(RULES)
    assert len({check_name(rule.gap, rule.name) for rule in RULES}) == len(RULES)


def test_the_digest_covers_the_agency_and_every_creator(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    folder = settings.paths.digests / "2026-11-22"
    digest = json.loads((folder / "digest.json").read_text())
    assert len(digest["creators"]) == summary.creators_planned
    assert (folder / "index.html").stat().st_size > 0


def test_a_broken_file_is_moved_aside_with_its_reason(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    notes = sorted(settings.paths.rejected.glob("*.error.txt"))
    assert len(notes) == len(summary.rejected) > 0
    assert all(note.read_text().strip() for note in notes)


def test_a_backfill_refuses_days_it_cannot_make(first_run: tuple[Settings, RunSummary]) -> None:
    pipeline = Pipeline(first_run[0], now=NOW)
    with pytest.raises(ValueError, match="INVALID_DATE"):
        pipeline.backfill(date(2026, 11, 12), date(2026, 11, 10))
    with pytest.raises(ValueError, match="INVALID_DATE"):
        pipeline.backfill(date(2026, 11, 12), date(2027, 1, 1))
