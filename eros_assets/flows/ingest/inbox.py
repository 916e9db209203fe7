"""What lies in the inbox, which file is read when, and where each goes afterwards: archive or rejected."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from eros_assets.flows.ingest.ledger import FileReport
from eros_assets.ingest.config import ingest_config
from eros_assets.ingest.load import peek_kind, source_of
from eros_assets.settings import Settings

Reporter = Callable[[FileReport], None]


@dataclass(frozen=True)
class Candidate:
    """A file that can be read; ``exported_at`` in UTC."""

    path: Path
    file_hash: str
    kind: str
    exported_at: pd.Timestamp


def settled(paths: Iterable[Path], settings: Settings, report: Reporter) -> list[Path]:
    """Files given and files inside folders given.

    Inbox files whose size does not stand still are reported as waiting and left for the next time.
    """
    files = _files(paths)
    patience = settings.system.ingest.settle_seconds
    fresh = {
        f: f.stat().st_size
        for f in files
        if f.is_relative_to(settings.paths.inbox) and f.exists() and time.time() - f.stat().st_mtime < patience
    }
    if fresh:
        youngest = max(f.stat().st_mtime for f in fresh)
        time.sleep(min(patience, max(0.0, youngest + patience - time.time())))
    waiting = {f for f, size in fresh.items() if not f.exists() or f.stat().st_size != size}
    for file in sorted(waiting):
        report(FileReport(file.name, "", "unknown", "waiting", warnings=["still being written; read next time"]))
    return [f for f in files if f not in waiting]


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files given and files inside folders given; hidden, temporary and error notes left out."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            if not (file.name.startswith((".", "~$")) or file.name.endswith((".part", ".tmp", ".error.txt"))):
                found.setdefault(file)
    return list(found)


def in_order(files: list[Path], settings: Settings, now: datetime, report: Reporter) -> list[Candidate]:
    """The files in the order of reading; those that cannot be opened are reported.

    Creators come first and sends last (``load_order``), older exports before newer ones.
    """
    order: dict[str, int] = {kind: i for i, kind in enumerate(ingest_config().load_order)}
    found = []
    for path in files:
        try:
            source = source_of(path, settings, now)
            found.append(Candidate(path, source.file_hash, peek_kind(path, settings), source.exported_at))
        except OSError as error:
            report(FileReport(path.name, "", "unknown", "rejected", error=f"{path.name} cannot be read: {error}"))
    return sorted(found, key=lambda c: (order.get(c.kind, len(order)), c.exported_at, c.path.name, c.file_hash))


def archive(path: Path, file_hash: str, settings: Settings) -> None:
    """Move a processed inbox file to the archive; other files stay where they are."""
    if path.is_relative_to(settings.paths.inbox):
        settings.paths.archive.mkdir(parents=True, exist_ok=True)
        shutil.move(path, settings.paths.archive / _stored_name(path, file_hash))


def reject(path: Path, report: FileReport, settings: Settings) -> None:
    """Set a file aside with a note of its error beside it; a file from elsewhere than the inbox is copied."""
    settings.paths.rejected.mkdir(parents=True, exist_ok=True)
    aside = settings.paths.rejected / _stored_name(path, report.file_hash)
    if path.is_relative_to(settings.paths.inbox):
        shutil.move(path, aside)
    elif not path.is_relative_to(settings.paths.rejected):
        shutil.copy2(path, aside)
    note = aside.with_name(aside.name + ".error.txt")
    note.write_text(f"{report.error}\n", encoding="utf-8")


def _stored_name(path: Path, file_hash: str) -> str:
    """The file's name behind the start of its content hash: equal names of different content do not meet."""
    return f"{file_hash[:12]}_{path.name}"
