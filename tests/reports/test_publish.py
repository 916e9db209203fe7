"""Atomic writing of published files."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pandas as pd
import pytest

from eros_assets.flows.publish_files import PublishError, Written, publish_schedule, write_files
from eros_assets.reports.publication import schedule_files
from eros_assets.settings import Settings, load_settings
from tests.reports.conftest import Week


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def publish(home: Settings, week: Week, **changes: object) -> Written:
    schedule = week.schedules.assign(**changes).iloc[0]
    return publish_schedule(home, schedule, week.items, week.verdicts, week.creator)


def test_a_schedule_is_written_where_the_specification_says(home: Settings, week: Week) -> None:
    written = publish(home, week)
    files = schedule_files(home, week.schedule, week.items, week.verdicts, week.creator)
    assert written.changed
    assert written.folder == home.paths.published / "2026-11-30" / "sunny_trails"
    assert {path.name: path.read_bytes() for path in written.folder.iterdir()} == files


def test_identical_files_are_left_untouched(home: Settings, week: Week) -> None:
    first = publish(home, week)
    before = contents(first.folder)
    again = publish(home, week, generated_at=pd.Timestamp("2027-01-01"))
    assert not again.changed and again.paths == first.paths and contents(first.folder) == before
    (first.folder / "schedule.csv").write_bytes(b"edited by hand")
    repaired = publish(home, week)
    assert [path.name for path in repaired.changed_paths] == ["schedule.csv"]
    assert {name: data for name, (data, _) in contents(first.folder).items()} == {n: d for n, (d, _) in before.items()}


@pytest.mark.parametrize("status", ["held", "draft"])
def test_a_held_creator_keeps_the_last_good_version(home: Settings, week: Week, status: str) -> None:
    good = publish(home, week)
    before = contents(good.folder)
    held = publish(home, week, status=status, quality_score=10.0)
    assert not held.changed and held.paths == good.paths and contents(good.folder) == before
    assert not publish(home, week, status=status, page_name="other_page").folder.exists()


def test_a_failing_page_leaves_the_old_version(home: Settings, week: Week) -> None:
    good = publish(home, week)
    before = contents(good.folder)
    with pytest.raises(ZoneInfoNotFoundError):
        publish(home, week, timezone="Mars/Olympus", quality_score=10.0)
    assert contents(good.folder) == before


@pytest.mark.parametrize("page_name", ["..", "a/b", "../../x", ".", "", "/etc"])
def test_a_page_name_cannot_leave_the_week(home: Settings, week: Week, page_name: str) -> None:
    written = publish(home, week, page_name=page_name)
    assert written.folder.resolve().parent == home.paths.published / "2026-11-30"
    assert written.folder.resolve() == written.folder


def test_a_failing_write_leaves_every_old_file_and_no_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.txt": b"old a", "b.txt": b"old b"})
    with pytest.raises(TypeError):
        write_files(tmp_path, {"a.txt": b"new a", "b.txt": 5})  # type: ignore[dict-item]
    monkeypatch.setattr("os.fsync", _disk_full)
    with pytest.raises(OSError, match="disk full"):
        write_files(tmp_path, {"a.txt": b"new a", "b.txt": b"new b"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"old a", "b.txt": b"old b"}


def _disk_full(descriptor: int) -> None:
    raise OSError("disk full")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "", "a/../../x", "a\\b"])
def test_paths_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError):
        write_files(tmp_path / "root", {"good.txt": b"1", name: b"2"})
    assert not (tmp_path / "root").exists()


def test_nested_files_are_written(tmp_path: Path) -> None:
    written = write_files(tmp_path, {"creators/a.html": b"a", "index.html": b"i"})
    assert (tmp_path / "creators" / "a.html").read_bytes() == b"a"
    assert len(written.changed_paths) == 2
