"""Commands on a terminal of 80 columns and through a pipe: words, names and paths stay whole."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eros_assets import terminal
from eros_assets.cli import app
from eros_assets.pipeline import RunSummary
from eros_assets.settings import Settings
from tests.conftest import NOW, WEEK

COLUMNS = 80
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


def on_terminal(*words: str) -> str:
    """What ``eros`` writes to a pseudo-terminal of 80 columns, without colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "eros_assets.cli", *words],
        stdout=slave,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment | {"TERM": "xterm"},
    )
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # Linux ends a terminal whose other side is closed with an error
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(master)
    assert process.wait(timeout=60) == 0
    return _CONTROL.sub("", b"".join(chunks).decode())


def through_pipe(*words: str) -> str:
    """What the same command writes where nobody looks, in this process."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.stderr
    return result.stdout


def assert_fits(shown: str, whole: str) -> None:
    """No line is longer than the terminal unless one word alone is, and every word is one of ``whole``."""
    known = set(whole.split())
    for line in shown.splitlines():
        assert terminal.columns_of(line) <= COLUMNS or len(line.split()) <= 1, line
        strange = [word for word in line.split() if word not in known]
        assert all(word.endswith("…") and any(k.startswith(word[:-1]) for k in known) for word in strange), line


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--explain",)])
def test_a_planned_week_fits(first_run: tuple[Settings, RunSummary], more: tuple[str, ...]) -> None:
    home = str(first_run[0].paths.home)
    page = sorted(path.name for path in (first_run[0].paths.published / WEEK.isoformat()).iterdir() if path.is_dir())[0]
    words = ("generate", "--creator", page, "--week", WEEK.isoformat(), *more, "--home", home)
    assert_fits(on_terminal(*words), through_pipe(*words))


@pytest.mark.slow
def test_the_digest_fits(first_run: tuple[Settings, RunSummary]) -> None:
    words = ("digest", "--home", str(first_run[0].paths.home))
    assert_fits(on_terminal(*words), through_pipe(*words))


@pytest.mark.slow
def test_files_read_and_a_run_keep_their_names_and_paths(own_home: Settings) -> None:
    home = own_home.paths.home
    files = sorted(own_home.paths.archive.iterdir())[:3]
    shown = on_terminal("ingest", *map(str, files), "--home", str(home))
    assert all(f"\n{file.name}\n" in shown for file in files)
    assert all(terminal.columns_of(line) <= COLUMNS for line in shown.splitlines() if len(line.split()) > 1)
    shown = on_terminal(
        "run", "--week", WEEK.isoformat(), "--now", NOW.replace(tzinfo=None).isoformat(), "--home", str(home)
    )
    lines = shown.splitlines()
    for path in ("site/index.html", f"published/{WEEK}", "digests/2026-11-22"):
        assert any(line.split()[-1:] == [str(home / path)] for line in lines)
    assert all(terminal.columns_of(line) <= COLUMNS or str(home) in line for line in lines)
    assert "recommended; nothing differs from the preset" in shown and "exact method" in shown
    assert "…" not in shown


def test_text_is_broken_between_words_only() -> None:
    path = Path("/a/very/long/folder") / ("x" * 60)
    text = terminal.wrapped(f"see {path} for more of it", 40, hanging="  ")
    assert text.splitlines() == ["see", f"  {path}", "  for more of it"]
    assert terminal.wrapped("a  b", None, indent="> ") == "> a b"
    assert terminal.facts([("one", "1"), ("longer", "2")], 80) == "one     1\nlonger  2"


def test_wide_signs_take_two_columns() -> None:
    assert terminal.columns_of("ab") == 2 and terminal.columns_of("🌞a") == 3
    assert terminal.shortened("🌞🌞 🌞🌞 🌞🌞", 10) == "🌞🌞 🌞🌞…"
    assert terminal.table(("a", "n"), [("🌞", "10"), ("xyz", "7")], right=frozenset({1})) == [
        "a     n",
        "🌞   10",
        "xyz   7",
    ]
