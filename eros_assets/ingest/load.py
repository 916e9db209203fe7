"""One export file → table rows, quarantine and a balance. Pure: reads the file, touches nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from eros_assets.domain.frames import RAW_QUARANTINE
from eros_assets.ingest.config import IngestConfig, ingest_config
from eros_assets.ingest.headers import FileName, lay_out, read_file_name
from eros_assets.ingest.kinds import KINDS
from eros_assets.ingest.readers import FileError, Sheet, content_hash, read_sheet
from eros_assets.ingest.rows import Reference, Rows, Source, quarantine_frame, row_json, stopped_rows
from eros_assets.settings import Settings


@dataclass(frozen=True)
class ParsedFile:
    """What one file holds.

    ``rows_read`` = distinct ``_row_number`` in ``table`` + ``duplicates`` + rows of ``quarantine``,
    always. With ``error`` set the file is rejected whole and ``table`` is empty.
    """

    kind: str
    source: Source
    table: pd.DataFrame
    quarantine: pd.DataFrame
    rows_read: int = 0
    duplicates: int = 0
    warnings: list[str] = field(default_factory=list)
    error: str | None = None


def source_of(path: Path, settings: Settings, now: datetime) -> Source:
    """Provenance of a file; the export date comes from its name, else from its modification time."""
    name = read_file_name(path.name, ingest_config())
    modified = pd.Timestamp(datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None))
    exported = name.date if name.date is not None else modified.floor("s")
    return Source(path.name, content_hash(path), exported, name.page, _utc(now), settings.system.agency.timezone)


def parse_file(path: Path, reference: Reference, settings: Settings, now: datetime) -> ParsedFile:
    """Read one export file. Bad content never raises: it is quarantined, or the file rejected with ``error``."""
    config = ingest_config()
    source = source_of(path, settings, now)
    name = read_file_name(path.name, config)
    try:
        sheet = read_sheet(path, settings.system.ingest.max_unpacked_mb, config.limits.max_record_lines)
        return _parse(sheet, name, source, reference, settings, config)
    except FileError as error:
        return ParsedFile(
            name.kind or "unknown", source, pd.DataFrame(), RAW_QUARANTINE.empty(), error=f"{path.name}: {error}"
        )


def peek_kind(path: Path, settings: Settings) -> str:
    """Kind of a file by its name, else by its headers; ``unknown`` when neither tells."""
    config = ingest_config()
    name = read_file_name(path.name, config)
    if name.kind:
        return name.kind
    try:
        sheet = read_sheet(path, settings.system.ingest.max_unpacked_mb, config.limits.max_record_lines)
        return lay_out(sheet, name, settings, config).kind
    except FileError:
        return "unknown"


def parse_again(quarantined: pd.DataFrame, reference: Reference, settings: Settings, now: datetime) -> list[ParsedFile]:
    """Quarantined rows of ``raw.quarantine`` read once more, one result per file and kind."""
    config = ingest_config()
    results = []
    for (file_hash, file_name), rows in quarantined.sort_values("row_number").groupby(["file_hash", "file_name"]):
        records = [json.loads(text) for text in rows["row_json"]]
        headers = list(dict.fromkeys(name for record in records for name in record))
        cells = pd.DataFrame(
            {i: pd.array([record.get(name) for record in records], dtype="str") for i, name in enumerate(headers)},
            index=pd.Index(rows["row_number"].astype(int)),
        )
        name = read_file_name(str(file_name), config)
        source = Source(
            str(file_name),
            str(file_hash),
            pd.Timestamp(rows["exported_at"].iloc[0]),
            name.page,
            _utc(now),
            settings.system.agency.timezone,
        )
        try:
            results.append(_parse(Sheet(headers, cells), name, source, reference, settings, config, is_retry=True))
        except FileError:
            continue
    return results


def _parse(
    sheet: Sheet,
    name: FileName,
    source: Source,
    reference: Reference,
    settings: Settings,
    config: IngestConfig,
    *,
    is_retry: bool = False,
) -> ParsedFile:
    layout = lay_out(sheet, name, settings, config)
    rows = Rows(sheet, layout, source, config, list(layout.warnings))
    table = KINDS[layout.kind].read(rows, reference, settings)
    quarantine = rows.quarantine(layout.kind)
    if not is_retry and len(quarantine) / sheet.rows_read > settings.system.ingest.max_quarantined_share:
        return _reject(rows, quarantine)
    return ParsedFile(layout.kind, source, table, quarantine, sheet.rows_read, rows.duplicates, rows.warnings)


def _reject(rows: Rows, quarantine: pd.DataFrame) -> ParsedFile:
    """Too many bad rows reject the file; its good rows wait in quarantine beside the bad ones."""
    counts = quarantine.groupby("rule").size().sort_values(ascending=False, kind="stable")
    why = ", ".join(f"{rule} {n}" for rule, n in counts.items())
    error = f"{rows.source.file_name}: {len(quarantine)} of {rows.sheet.rows_read} rows are unusable ({why})"
    good = rows.index.difference(pd.Index(quarantine["row_number"].astype(int)))
    stopped = stopped_rows(good, pd.NA, pd.NA, "file_rejected", "the file was rejected whole")
    stopped = stopped.assign(row_json=row_json(rows.sheet, good), **rows.source.columns())
    waiting = quarantine_frame(rows.layout.kind, stopped)
    everything = pd.concat([quarantine, waiting]).sort_values("row_number").reset_index(drop=True)
    empty = KINDS[rows.layout.kind].table.empty()
    return ParsedFile(rows.layout.kind, rows.source, empty, everything, rows.sheet.rows_read, 0, rows.warnings, error)


def _utc(now: datetime) -> pd.Timestamp:
    stamp = pd.Timestamp(now)
    return stamp if stamp.tz is None else stamp.tz_convert("UTC").tz_localize(None)
