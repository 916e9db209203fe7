"""The terminal face on a planned home: figures as JSON, errors with code, value and next step."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import Any

import pytest
from typer.testing import CliRunner

from eros_assets.cli import app
from eros_assets.pipeline import RunSummary
from eros_assets.rules.catalogue import NOT_BUILT
from eros_assets.settings import Settings
from tests.conftest import table_checksums

pytestmark = pytest.mark.slow
Run = tuple[Settings, RunSummary]


def call(first_run: Run, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [*words, "--home", str(first_run[0].paths.home)])
    return result.exit_code, result.stdout, result.stderr


def page(first_run: Run) -> str:
    return sorted(
        folder.name for folder in (first_run[0].paths.published / first_run[1].week_start).iterdir() if folder.is_dir()
    )[0]


@pytest.fixture(scope="module")
def plan(first_run: Run) -> dict[str, Any]:
    """What ``generate --json`` says of a page."""
    code, out, _ = call(first_run, "generate", "--creator", page(first_run), "--week", "2026-11-30", "--json")
    assert code == 0
    return json.loads(out)


def test_generate_plans_the_same_week_as_published(first_run: Run, plan: dict[str, Any]) -> None:
    published = json.loads(
        (first_run[0].paths.published / "2026-11-30" / page(first_run) / "schedule.json").read_text()
    )
    assert [item["item_id"] for item in plan["items"]] == [item["item_id"] for item in published["items"]]


def test_generate_explains_in_the_terminal(first_run: Run, plan: dict[str, Any]) -> None:
    code, out, _ = call(first_run, "generate", "--creator", page(first_run), "--week", "2026-11-30", "--explain")
    assert code == 0
    assert page(first_run) in out
    captioned = sum(not item["needs_caption"] and not item["is_followup"] for item in plan["items"])
    for topic in ("Text: ", "Score: ", "Time: ", "Audience: "):
        assert out.count(f"    {topic}") >= captioned
    assert out.count("    Instead of: “") > captioned


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("generate", "--creator", "nobody_here", "--week", "2026-11-30"), "CREATOR_NOT_FOUND"),
        (("generate", "--creator", "x", "--week", "2026-12-01"), "NOT_MONDAY"),
        (("generate", "--creator", "x", "--week", "soon"), "INVALID_DATE"),
        (("digest", "--day", "2019-01-07"), "INSUFFICIENT_DATA"),
        (("digest", "--creator", "nobody_here"), "CREATOR_NOT_FOUND"),
        (("ingest", "no_such_file.csv"), "FILE_NOT_FOUND"),
        (("publish", "--approve", "nobody_here", "--week", "2026-11-30"), "CREATOR_NOT_FOUND"),
    ],
)
def test_errors_name_code_value_and_next_step(first_run: Run, words: tuple[str, ...], code: str) -> None:
    exit_code, _, stderr = call(first_run, *words)
    assert exit_code == 2
    assert code in stderr
    assert "next:" in stderr


def test_a_week_before_all_data_says_what_is_missing(first_run: Run) -> None:
    code, _, stderr = call(first_run, "generate", "--creator", page(first_run), "--week", "2019-01-07")
    assert code == 2
    assert "INSUFFICIENT_DATA" in stderr


def test_gaps_shows_all_rules_and_measures_the_built_ones(first_run: Run) -> None:
    from eros_assets.rules.catalogue import catalogue

    code, out, _ = call(first_run, "gaps", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [row["gap"] for row in rows] == [entry.gap for entry in catalogue()]
    assert all(row["target"] for row in rows if row["state"] != "not_built")
    assert {row["state"] for row in rows} <= {"on", "off", "partly", "not_built"}


def in_terminal(*words: str, columns: int) -> tuple[int, list[str]]:
    """Exit code and lines, colours removed, of the command in a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
    command = [sys.executable, "-m", "eros_assets.cli", *words]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal's other end is closed: the command has ended
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).splitlines()


def test_gaps_fits_a_terminal_of_80_columns_as_it_does_a_pipe(first_run: Run) -> None:
    home = str(first_run[0].paths.home)
    code, lines = in_terminal("gaps", "--home", home, columns=80)
    assert code == 0
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("preset ")
    assert sum(line.endswith("not built") for line in lines) == len(NOT_BUILT)
    piped = call(first_run, "gaps")[1].splitlines()
    assert [line.rstrip() for line in piped] == [line.rstrip() for line in lines]


def test_digest_speaks_of_every_creator(first_run: Run) -> None:
    code, out, _ = call(first_run, "digest", "--json")
    assert code == 0
    assert page(first_run) in json.loads(out)["creators"]


def test_ingest_of_known_files_changes_nothing(first_run: Run) -> None:
    archive = sorted(first_run[0].paths.archive.iterdir())[:2]
    code, out, _ = call(first_run, "ingest", *map(str, archive), "--json")
    reports = json.loads(out)
    assert code == 0
    assert [report["status"] for report in reports] == ["skipped", "skipped"]
    assert all(report["rows_read"] == report["rows_duplicate"] for report in reports)


def test_reading_quarantine_again_under_the_same_rules_resolves_nothing(own_home: Settings) -> None:
    before = table_checksums(own_home)
    result = CliRunner().invoke(app, ["ingest", "--retry", "--json", "--home", str(own_home.paths.home)])
    assert result.exit_code == 0, result.stderr
    assert "0 quarantined rows resolved" in result.stderr
    assert table_checksums(own_home) == before
