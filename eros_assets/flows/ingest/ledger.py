"""The balance of every file: what became of each of its rows, told in a report and kept in ``raw.ingest_ledger``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_LEDGER, RAW_QUARANTINE
from eros_assets.warehouse.connection import insert, read

COUNTERS = ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")


@dataclass(frozen=True)
class FileReport:
    """What became of one file. ``rows_read`` is the sum of the four counters below it, always.

    ``status``: loaded, rejected (moved aside, see ``error``), skipped (this content was loaded
    before) or waiting (still being written).
    """

    file_name: str
    file_hash: str
    kind: str
    status: str
    rows_read: int = 0
    rows_loaded: int = 0
    rows_updated: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    seconds: float = 0.0
    error: str | None = None
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The report as plain values, for JSON."""
        return asdict(self)

    @property
    def has_written(self) -> bool:
        """Whether a row of the file came into its table or changed there."""
        return bool(self.rows_loaded + self.rows_updated)


def skipped(file_name: str, earlier: FileReport) -> FileReport:
    """Report of a file whose content was loaded before: every row is a duplicate."""
    return FileReport(
        file_name,
        earlier.file_hash,
        earlier.kind,
        "skipped",
        rows_read=earlier.rows_read,
        rows_duplicate=earlier.rows_read,
        warnings=[f"same content as {earlier.file_name}, loaded before"],
    )


def read_ledger(c: duckdb.DuckDBPyConnection) -> dict[str, FileReport]:
    """Every file seen before, by content hash; rejected ones may be tried again."""
    columns = ["file_name", "file_hash", "kind", "status", "rows_read", *COUNTERS, "error"]
    rows = read(c, f"SELECT {', '.join(columns)} FROM raw.ingest_ledger")
    return {str(row["file_hash"]): FileReport(**{str(k): v for k, v in row.items()}) for row in rows.to_dict("records")}


def write_line(c: duckdb.DuckDBPyConnection, report: FileReport, exported_at: pd.Timestamp, now: datetime) -> None:
    """Add a file's line to the ledger."""
    row = {**report.as_dict(), "warnings": json.dumps(report.warnings, ensure_ascii=False)}
    moment = pd.Timestamp(now)
    row["ingested_at"] = moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)
    insert(c, RAW_LEDGER, pd.DataFrame([{**row, "exported_at": exported_at}]))


def forget(c: duckdb.DuckDBPyConnection, file_hash: str) -> None:
    """Take out what an earlier try of the same content left: its ledger line and its quarantine."""
    for table in (RAW_QUARANTINE, RAW_LEDGER):
        c.execute(f"DELETE FROM {table.full_name} WHERE file_hash = ?", [file_hash])


def book_as_quarantined(c: duckdb.DuckDBPyConnection, file_hash: str, count: int) -> None:
    """Keep the balance of a file of which ``count`` loaded rows went to quarantine later."""
    c.execute(
        "UPDATE raw.ingest_ledger SET rows_quarantined = rows_quarantined + $n,"
        " rows_loaded = rows_loaded - least(rows_loaded, $n),"
        " rows_updated = rows_updated - ($n - least(rows_loaded, $n)) WHERE file_hash = $hash",
        {"n": count, "hash": file_hash},
    )


def book_as_read(
    c: duckdb.DuckDBPyConnection, file_hash: str, loaded: int, updated: int, duplicate: int, released: int
) -> None:
    """Keep the balance of a file of which ``released`` rows left quarantine: new, changed and known ones."""
    c.execute(
        "UPDATE raw.ingest_ledger SET rows_loaded = rows_loaded + ?, rows_updated = rows_updated + ?,"
        " rows_duplicate = rows_duplicate + ?, rows_quarantined = rows_quarantined - ?, status = 'loaded', error = NULL"
        " WHERE file_hash = ?",
        [loaded, updated, duplicate, released, file_hash],
    )
