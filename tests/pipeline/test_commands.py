"""Every command as a person meets it: through a pipe, at 80 columns, on a planned home and on none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import typer

from eros_assets import __version__, terminal
from eros_assets.cli import app
from eros_assets.pipeline import RunSummary, prepare_instance
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read
from tests.conftest import NOW, WEEK

COLUMNS = 80
GROUP = typer.main.get_command(app)
NAMES = sorted(GROUP.commands)
# What a person types, in the order in which a day goes; {page}, {file} and {out} are filled in.
EVERY_COMMAND = {
    "doctor": "",
    "demo": "--out {out} --creators 3 --captions 400 --sends 300 --days 30",
    "ingest": "{file}",
    "run": f"--week {WEEK} --now {NOW:%Y-%m-%dT%H:%M:%S}",
    "generate": f"--creator {{page}} --week {WEEK} --explain",
    "publish": f"--approve {{page}} --week {WEEK}",
    "backfill": "--from 2026-11-10 --to 2026-11-12",
    "digest": "--creator {page}",
    "gaps": "",
}
EROS_SCRIPT = str(Path(sys.executable).with_name("eros"))
READING = ("generate --creator x", "publish --approve x", "digest", "gaps")


def eros(*words: str, home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, both outputs through pipes of 80 columns."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EROS_")}
    environment |= more | {"COLUMNS": str(COLUMNS), "DO_NOT_TRACK": "1"} | ({"EROS_HOME": str(home)} if home else {})
    return subprocess.run(
        [sys.executable, "-m", "eros_assets.cli", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment,
        check=False,
    )


def assert_readable(done: subprocess.CompletedProcess[str], home: Path | None = None) -> None:
    """No traceback, no colour codes, and no line over 80 columns but for the paths of the home."""
    shown = done.stdout + done.stderr
    assert "Traceback" not in shown and "\x1b" not in shown
    wide = [line for line in shown.splitlines() if terminal.columns_of(line) > COLUMNS]
    assert [line for line in wide if home is None or str(home.parent) not in line] == []


def assert_filled(settings: Settings, *days: str) -> None:
    """One backfill made the partitions and rows of these days and of no others beside the newest."""
    instance = prepare_instance(settings)
    (run,) = instance.get_run_records(dg.RunsFilter(job_name="backfill"))
    assert run.dagster_run.is_success
    assert set(days) <= instance.get_materialized_partitions(dg.AssetKey(["performance", "creator_health"]))
    with connect(settings, read_only=True) as lake:
        found = read(lake, "SELECT DISTINCT as_of_date FROM performance.creator_health ORDER BY 1")["as_of_date"]
    assert [f"{day:%Y-%m-%d}" for day in found] == [*days, "2026-11-22"]


@pytest.mark.slow
def test_every_command_speaks_to_people(first_run: tuple[Settings, RunSummary], own_home: Settings) -> None:
    home = own_home.paths.home
    filled = {
        "page": sorted(path.name for path in (own_home.paths.published / WEEK.isoformat()).iterdir() if path.is_dir())[
            0
        ],
        "file": str(sorted(own_home.paths.archive.iterdir())[0]),
        "out": str(home.parent / "demo"),
    }
    assert sorted(EVERY_COMMAND) == NAMES
    for name, words in EVERY_COMMAND.items():
        done = eros(name, *words.format(**filled).split(), home=home)
        assert done.returncode == 0, done.stderr
        assert_readable(done, home)
        assert (done.stdout + done.stderr).strip(), f"eros {name} says nothing"
    assert_filled(own_home, "2026-11-10", "2026-11-11", "2026-11-12")


@pytest.mark.parametrize("name", ["", *NAMES])
def test_help_fits_and_explains(name: str) -> None:
    done = eros(*name.split(), "--help")
    assert done.returncode == 0
    assert_readable(done)
    words = " ".join(done.stdout.split())
    assert all(command in words for command in NAMES) if not name else str(GROUP.commands[name].help)[:30] in words


@pytest.mark.parametrize("words", READING)
def test_a_home_nothing_was_read_into_is_named_and_left_alone(words: str, tmp_path: Path) -> None:
    done = eros(*words.split(), home=tmp_path / "nowhere")
    assert done.returncode == 2
    assert_readable(done, tmp_path / "nowhere")
    assert done.stderr.startswith("INSUFFICIENT_DATA: no export was ever read into")
    assert str(tmp_path / "nowhere") in done.stderr
    assert "next: run `eros run` first" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_an_empty_inbox_is_told(tmp_path: Path) -> None:
    done = eros("ingest", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"nothing to read in {tmp_path / 'home' / 'inbox'}\n"


def test_wrong_words_are_answered_without_a_traceback(tmp_path: Path) -> None:
    done = eros("gaps", "--weeks", "0", home=tmp_path)
    assert done.returncode == 2
    assert_readable(done)
    assert "--weeks" in done.stderr


def test_brackets_of_a_message_are_shown(tmp_path: Path) -> None:
    done = eros("digest", home=tmp_path, EROS__PRESET="[odd]")
    assert done.returncode == 2
    assert_readable(done)
    assert "CONFIG_ERROR: system_config.yaml: preset" in done.stderr
    assert "['odd']" in done.stderr


def test_the_version_is_the_packages() -> None:
    done = eros("--version")
    assert (done.returncode, done.stdout) == (0, f"eros {__version__}\n")


def test_bash_is_told_how_to_complete() -> None:
    # The shell is told by the process that asks; `true` keeps bash from becoming the command itself.
    words = [shutil.which("bash") or "", "-c", f"{EROS_SCRIPT} --show-completion; true"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert "complete -o default" in shown and shown.rstrip().endswith(" eros")


@pytest.mark.parametrize(
    ("shell", "asked"),
    [
        ("bash", {"COMP_WORDS": "eros ge", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "eros ge"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "eros ge", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_shells_complete_commands(shell: str, asked: dict[str, str]) -> None:
    environment = {**os.environ, **asked, "_EROS_COMPLETE": f"complete_{shell}"}
    shown = subprocess.run([EROS_SCRIPT], capture_output=True, text=True, env=environment, check=False).stdout
    assert "generate" in shown
    assert "backfill" not in shown
