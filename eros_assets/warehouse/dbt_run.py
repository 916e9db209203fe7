"""What a caller of the dbt project needs: seeds, manifest, environment and arguments.

dbt itself always runs in a process of its own (dagster-dbt's ``DbtCliResource``, or the ``dbt``
command in tests); :func:`prepare` only parses. dbt writes into its project (seeds, target, logs): a
checkout's own folder serves, an installed package is copied to the home first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from duckdb_extensions import import_extension

from eros_assets.bundled import bundled, is_installed
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse import connection
from eros_assets.warehouse.reference import write_seeds

_SOURCE = bundled("dbt_project")
_SOURCE_FOLDERS = ("macros", "models", "tests")
"""Hold nothing but what came with the code; ``seeds`` also takes what configuration writes there."""
PROJECT_DIR = load_settings().paths.home / "dbt_project" if is_installed(_SOURCE) else _SOURCE
EXECUTABLE = str(Path(sys.executable).parent / "dbt")  # of this environment, whatever PATH says


def target_dir() -> Path:
    """Folder of the manifest and compiled models: ``DBT_TARGET_PATH`` or the project's ``target/``."""
    return Path(os.environ.get("DBT_TARGET_PATH") or PROJECT_DIR / "target").resolve()


def environment(settings: Settings) -> dict[str, str]:
    """Variables of the project: the scratch file, the lake as ``connection`` attaches it, when an export is old."""
    return {
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "EROS_SCRATCH": str(settings.paths.home / "dbt_scratch.duckdb"),
        "EROS_CATALOG": connection.catalog_path(settings),
        "EROS_DATA_PATH": connection.data_path(settings),
        "EROS_STALE_DAYS": str(settings.scoring.stale_days),
        "DO_NOT_TRACK": "1",
    }


def prepare(settings: Settings) -> Path:
    """Make everything ready for a dbt build: lake, raw tables, extensions, manifest; returns the manifest."""
    with connection.connect(settings) as lake:
        for extension in connection.EXTENSIONS:
            import_extension(extension, con=lake)
        connection.transaction(settings, lake, connection.ensure_raw_tables)
    return manifest(settings)


def manifest(settings: Settings) -> Path:
    """Dbt's manifest, made anew when a model, macro, seed or setting of the project is newer; no lake needed.

    Raises ``RuntimeError`` with dbt's output when the project does not parse.
    """
    if PROJECT_DIR != _SOURCE:
        copy_project(_SOURCE, PROJECT_DIR)
    write_seeds(settings, PROJECT_DIR / "seeds")
    path = target_dir() / "manifest.json"
    if not path.exists() or path.stat().st_mtime < _newest_source():
        run_dbt(settings, ["parse"])
    return path


def copy_project(source: Path, target: Path) -> bool:
    """Bring ``target`` to the files of ``source``; True when something changed.

    What dbt and :func:`write_seeds` made there stays. Files of an installed package carry old times, so a copy
    gets the time it was made: that is what tells :func:`manifest` to parse again after an upgrade.
    """
    wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    present = {path.relative_to(target) for name in _SOURCE_FOLDERS for path in (target / name).rglob("*")}
    stale = [path for path in present - wanted if (target / path).is_file()]
    for path in stale:
        (target / path).unlink(missing_ok=True)
    changed = [path for path in sorted(wanted) if not _is_equal(source / path, target / path)]
    for path in changed:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        scratch = target / path.parent / f".{path.name}.{os.getpid()}"
        shutil.copyfile(source / path, scratch)
        scratch.replace(target / path)  # whole or not at all: several processes may load at once
    if stale:
        (target / "dbt_project.yml").touch()
    return bool(stale or changed)


def _is_equal(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def build_args(start: date | None, end: date | None, select: str | None = None) -> list[str]:
    """Arguments of ``dbt build`` for the days ``start`` to ``end``, both included.

    Both ``None``: facts whole, as-of tables for the newest day. The window travels in dbt's own
    event-time flags, which leave the partial parse alone (changed ``--vars`` would not). Raises
    ``ValueError`` when only one is given or ``end`` lies before ``start``.
    """
    # buildable: a test of several models runs when all of them are built or stand upstream of what is
    arguments = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable"]
    if (start is None) != (end is None):
        raise ValueError(f"a window needs both ends, got {start} to {end}")
    if start is not None and end is not None:
        if end < start:
            raise ValueError(f"window ends before it starts: {start} to {end}")
        arguments += ["--event-time-start", start.isoformat()]
        arguments += ["--event-time-end", (end + timedelta(days=1)).isoformat()]
    if select:
        arguments += ["--select", select]
    return arguments


def run_dbt(settings: Settings, arguments: list[str]) -> str:
    """Run the ``dbt`` command in a process of its own; returns its output, raises ``RuntimeError`` on failure."""
    done = subprocess.run(  # noqa: S603 - fixed executable, no shell
        [EXECUTABLE, *arguments, "--project-dir", str(PROJECT_DIR)],
        env={
            **os.environ,
            "DBT_TARGET_PATH": str(target_dir()),
            "DBT_LOG_PATH": str(target_dir() / "logs"),
            **environment(settings),
        },
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"dbt {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _newest_source() -> float:
    """Modification time of the newest file that dbt parses."""
    folders = [PROJECT_DIR / name for name in ("macros", "models", "seeds", "tests")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".sql", ".yml", ".csv"}]
    return max(path.stat().st_mtime for path in [*files, PROJECT_DIR / "dbt_project.yml", PROJECT_DIR / "profiles.yml"])
