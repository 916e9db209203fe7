"""Files under ``EROS_HOME``, written atomically: a reader sees the old file or the new one, never half.

Rendering happens before anything is written, so a failing page leaves the last good version alone;
identical files are not touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import pandas as pd

from eros_assets.reports.publication import schedule_files
from eros_assets.reports.values import safe_name
from eros_assets.settings import Settings

# A held or unjudged plan is never published; its last good version stays in force.
UNPUBLISHABLE = ("draft", "held")


class PublishError(ValueError):
    """A file that must not be written; the message names it."""


@dataclass(frozen=True)
class Written:
    """Every file of a publication, and those whose bytes changed."""

    folder: Path
    paths: tuple[Path, ...]
    changed_paths: tuple[Path, ...]

    @property
    def changed(self) -> bool:
        """Whether any file changed."""
        return bool(self.changed_paths)


def publish_schedule(
    settings: Settings, schedule: pd.Series, items: pd.DataFrame, verdicts: pd.DataFrame, creator: pd.Series
) -> Written:
    """Write one creator-week to ``published/<week start>/<page name>/``, every format and the page.

    ``schedule`` is a SCHEDULE row, ``items`` and ``verdicts`` its rows, ``creator`` its RAW_CREATORS row.
    A schedule that is ``held`` or ``draft`` writes nothing and returns what is there.
    """
    root = week_folder(settings, schedule["week_start"]) / safe_name(schedule["page_name"])
    if schedule["status"] in UNPUBLISHABLE:
        return Written(root, tuple(sorted(path for path in root.glob("*") if path.is_file())), ())
    return write_files(root, schedule_files(settings, schedule, items, verdicts, creator))


def week_folder(settings: Settings, week_start: date) -> Path:
    """Where the files of a week stand."""
    return settings.paths.published / f"{week_start:%Y-%m-%d}"


def write_files(root: Path, files: Mapping[str, bytes]) -> Written:
    """Write ``files`` (relative POSIX path → bytes) under ``root``; equal files stay as they are.

    All new bytes are on disk before the first file is replaced. Raises :class:`PublishError` for a
    path that leaves ``root``, before anything is written.
    """
    targets = {_target(root, name): content for name, content in sorted(files.items())}
    changed = [path for path, content in targets.items() if not _is_equal(path, content)]
    if changed:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=root) as scratch:
            staged = [Path(scratch) / str(number) for number in range(len(changed))]
            for place, path in zip(staged, changed, strict=True):
                _write_synced(place, targets[path])
            for place, path in zip(staged, changed, strict=True):
                path.parent.mkdir(parents=True, exist_ok=True)
                place.replace(path)
    return Written(root, tuple(targets), tuple(changed))


def _target(root: Path, name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name:
        raise PublishError(f"file name {name!r} leaves {root}")
    return root.joinpath(*parts)


def _is_equal(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
