"""Readers and a writer at the same time, as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from eros_assets.settings import Settings
from tests.dbt.conftest import END, MARTS, build_windows

READER = """
import sys, time
from pathlib import Path
from eros_assets.settings import load_settings
from eros_assets.warehouse import connection
home, stop, *tables = sys.argv[1:]
settings, rounds = load_settings(home), 0
while not (Path(stop).exists() and rounds):
    for table in tables:
        with connection.connect(settings, read_only=True) as lake:
            rows = lake.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            lake.execute(f"SELECT * FROM {table} LIMIT 50").fetchall()
        if rows == 0:
            sys.exit(f"{table} was empty")
    rounds += 1
    time.sleep(0.5)
print(rounds)
"""


def test_marts_are_readable_while_a_run_writes(built: Settings, tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(built.paths.home), str(stop), *MARTS, "intermediate.int_captions"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=dict(os.environ),
    )
    try:
        build_windows(built, [(END - timedelta(days=5), END)])
    finally:
        stop.touch()
        output, _ = reader.communicate(timeout=120)
    assert reader.returncode == 0, output
    assert int(output.strip().splitlines()[-1]) >= 2
