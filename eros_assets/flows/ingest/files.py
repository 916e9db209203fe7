"""File after file from the inbox into the raw tables, and the quarantine read again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_CREATORS, RAW_QUARANTINE
from eros_assets.flows.ingest import inbox, ledger, retry
from eros_assets.flows.ingest.inbox import Candidate
from eros_assets.flows.ingest.known_sends import KnownSends
from eros_assets.flows.ingest.ledger import FileReport
from eros_assets.flows.ingest.merge import Merged, merge
from eros_assets.flows.ingest.repeats import mark_near_duplicates
from eros_assets.flows.upgrade import bring_up_to_date
from eros_assets.ingest.config import ingest_config
from eros_assets.ingest.load import ParsedFile, parse_file, source_of
from eros_assets.ingest.rows import Reference
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, ensure_raw_tables, insert, read, transaction

LOG = logging.getLogger("eros.ingest")


def ingest_paths(
    settings: Settings, paths: Iterable[Path], now: datetime, progress: Callable[[FileReport], None] | None = None
) -> list[FileReport]:
    """Ingest files and folders; one report per file, in the order they were read.

    Creators are read first and sends last, older exports before newer ones. Files from the inbox
    move to the archive, rejected ones to the rejected folder with a ``.error.txt`` beside them.
    ``progress`` is called with each report. Raises only when the warehouse itself fails.
    """
    reports: list[FileReport] = []

    def report(one: FileReport) -> None:
        LOG.info("%s: %s, %s rows read", one.file_name, one.status, one.rows_read)
        reports.append(one)
        if progress:
            progress(one)

    ready = inbox.settled(paths, settings, report)
    if not ready:
        return reports
    with connect(settings) as connection:
        call = _Call.begin(settings, connection, now)
        for candidate in inbox.in_order(ready, settings, now, report):
            done = call.take(candidate)
            report(done)
            if done.kind == RAW_CREATORS.name and done.has_written:
                call.meet_creators()
        call.finish()
    return reports


def retry_quarantine(settings: Settings, now: datetime) -> int:
    """Read every quarantined row that may be retried again, e.g. after a change of rules; returns rows resolved.

    Prohibited texts are never read again.
    """
    with connect(settings) as connection:
        call = _Call.begin(settings, connection, now)
        before = retry.count_quarantined(connection)
        call.new_captions |= retry.read_again(settings, connection, call.reference, now, rules=None)
        call.finish()
        return before - retry.count_quarantined(connection)


@dataclass
class _Call:
    """One call of ingest on one connection: what is known so far of creators, files, sends and captions."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    now: datetime
    reference: Reference
    seen: dict[str, FileReport]
    sends: KnownSends = field(default_factory=KnownSends)
    new_captions: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, settings: Settings, connection: duckdb.DuckDBPyConnection, now: datetime) -> _Call:
        transaction(settings, connection, bring_up_to_date)
        transaction(settings, connection, ensure_raw_tables)
        return cls(settings, connection, now, Reference(_creators(connection)), ledger.read_ledger(connection))

    def take(self, candidate: Candidate) -> FileReport:
        """Read one file, write what it holds and put it away; content loaded before is only put away."""
        earlier = self.seen.get(candidate.file_hash)
        if earlier is not None and earlier.status == "loaded":
            inbox.archive(candidate.path, candidate.file_hash, self.settings)
            return ledger.skipped(candidate.path.name, earlier)
        started = time.perf_counter()
        parsed = _parse(candidate.path, self.reference, self.settings, self.now)
        report = self._write(parsed, started, earlier)
        self.seen[candidate.file_hash] = report
        if report.status == "loaded":
            inbox.archive(candidate.path, report.file_hash, self.settings)
        else:
            inbox.reject(candidate.path, report, self.settings)
        return report

    def meet_creators(self) -> None:
        """The creators changed: rows of their pages get them, and rows that waited for them are read."""
        self.reference = Reference(_creators(self.connection))
        transaction(self.settings, self.connection, retry.relink)
        rules = ingest_config().retry_rules
        self.new_captions |= retry.read_again(self.settings, self.connection, self.reference, self.now, rules)

    def finish(self) -> None:
        """What needs every file of the call: captions that came in are compared with the whole pool."""
        if self.new_captions:
            transaction(self.settings, self.connection, lambda c: mark_near_duplicates(c, self.new_captions))

    def _write(self, parsed: ParsedFile, started: float, earlier: FileReport | None) -> FileReport:
        """Merge one file and write its ledger line; ``earlier`` is what became of the same content before."""

        def body(c: duckdb.DuckDBPyConnection) -> tuple[FileReport, Merged, bool]:
            self.sends.refresh(c)
            merged = merge(c, self.sends, parsed)
            report = _report_of(parsed, merged, time.perf_counter() - started)
            if earlier is not None and parsed.error is not None and earlier.error == parsed.error:
                return report, merged, False
            if earlier is not None:
                ledger.forget(c, report.file_hash)
            if len(merged.quarantine):
                insert(c, RAW_QUARANTINE, merged.quarantine)
            ledger.write_line(c, report, parsed.source.exported_at, self.now)
            # Ids in conflict may have come or gone: what the index tells of them is no longer true.
            return report, merged, earlier is not None or bool((merged.quarantine["rule"] == "key_conflict").any())

        report, merged, has_conflicts = transaction(self.settings, self.connection, body)
        if not has_conflicts:
            self.sends.settle(self.connection)
        self.new_captions |= merged.new_captions
        return report


def _parse(path: Path, reference: Reference, settings: Settings, now: datetime) -> ParsedFile:
    try:
        return parse_file(path, reference, settings, now)
    except Exception as error:  # a fault nobody foresaw must not stop the other files
        LOG.exception("%s: reader failed", path.name)
        source = source_of(path, settings, now)
        return ParsedFile("unknown", source, pd.DataFrame(), RAW_QUARANTINE.empty(), error=f"{path.name}: {error}")


def _report_of(parsed: ParsedFile, merged: Merged, seconds: float) -> FileReport:
    return FileReport(
        parsed.source.file_name,
        parsed.source.file_hash,
        parsed.kind,
        "rejected" if parsed.error else "loaded",
        parsed.rows_read,
        merged.loaded,
        merged.updated,
        merged.duplicate + parsed.duplicates,
        len(merged.quarantine),
        round(seconds, 3),
        parsed.error,
        parsed.warnings,
    )


def _creators(c: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return RAW_CREATORS.conform(read(c, "SELECT * FROM raw.creators ORDER BY creator_id"))
