"""Export files → ``raw`` tables: ordered, merged by key, balanced, idempotent.

One transaction per file writes its rows, its quarantine and its ledger line together. A row that
is there already is replaced by a newer export of it (F21) and otherwise counted as a duplicate.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd

from eros_assets.domain.frames import (
    RAW_CAPTIONS,
    RAW_LEDGER,
    RAW_QUARANTINE,
    RAW_SENDS,
    RAW_TABLES,
    RAW_WALL_POSTS,
    Table,
)
from eros_assets.flows.known_sends import KnownSends
from eros_assets.ingest.captions import combine_captions, near_twins
from eros_assets.ingest.config import ingest_config
from eros_assets.ingest.load import ParsedFile, parse_again, parse_file, peek_kind, source_of
from eros_assets.ingest.rows import Reference, quarantine_frame
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, ensure_table, insert, read, transaction

LOG = logging.getLogger("eros.ingest")
COUNTERS = ("rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")


@dataclass(frozen=True)
class FileReport:
    """What became of one file. ``rows_read`` is the sum of the four counters below it, always.

    ``status``: loaded, rejected (moved aside, see ``error``), skipped (this content was loaded
    before, F48) or waiting (still being written, F47).
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


@dataclass(frozen=True)
class _Candidate:
    path: Path
    file_hash: str
    kind: str
    exported_at: pd.Timestamp


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

    ready = _settled(_files(paths), settings, report)
    if not ready:
        return reports
    with connect(settings) as connection:
        transaction(settings, connection, _ensure_tables)
        reference = Reference(_creators(connection))
        seen = _ledger(connection)
        sends = KnownSends()
        new_captions: set[str] = set()
        for candidate in _in_order(ready, settings, now, report):
            known = seen.get(candidate.file_hash)
            if known is not None and known.status == "loaded":
                _archive(candidate.path, candidate.file_hash, settings)
                report(_skipped(candidate, known))
                continue
            started = time.perf_counter()
            parsed = _parse(candidate, reference, settings, now)
            written = _write(settings, connection, sends, parsed, now, started, known)
            new_captions |= written.new_captions
            seen[candidate.file_hash] = written.report
            _put_away(candidate.path, written.report, settings)
            report(written.report)
            if parsed.kind == "creators" and written.report.rows_loaded + written.report.rows_updated:
                reference = Reference(_creators(connection))
                transaction(settings, connection, _relink)
                new_captions |= _retry(settings, connection, reference, now, ingest_config().retry_rules)
        if new_captions:
            transaction(settings, connection, lambda c: _mark_near_twins(c, new_captions))
    return reports


def retry_quarantine(settings: Settings, now: datetime) -> int:
    """Read every quarantined row that may be retried again, e.g. after a change of rules; returns rows resolved.

    Prohibited texts are terminal and stay (F34).
    """
    with connect(settings) as connection:
        transaction(settings, connection, _ensure_tables)
        before = _quarantined(connection)
        new = _retry(settings, connection, Reference(_creators(connection)), now, rules=None)
        if new:
            transaction(settings, connection, lambda c: _mark_near_twins(c, new))
        return before - _quarantined(connection)


# --- files -------------------------------------------------------------------------------------


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files given and files inside folders given; hidden, temporary and error notes left out."""
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inside:
            if not (file.name.startswith((".", "~$")) or file.name.endswith((".part", ".tmp", ".error.txt"))):
                found.setdefault(file)
    return list(found)


def _settled(files: list[Path], settings: Settings, report: Callable[[FileReport], None]) -> list[Path]:
    """Inbox files whose size stands still (F47); others are reported as waiting and left for the next time."""
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
        report(FileReport(file.name, "", "unknown", "waiting", warnings=["still being written; read next time (F47)"]))
    return [f for f in files if f not in waiting]


def _in_order(
    files: list[Path], settings: Settings, now: datetime, report: Callable[[FileReport], None]
) -> list[_Candidate]:
    order: dict[str, int] = {kind: i for i, kind in enumerate(ingest_config().load_order)}
    candidates = []
    for path in files:
        try:
            source = source_of(path, settings, now)
            candidates.append(_Candidate(path, source.file_hash, peek_kind(path, settings), source.exported_at))
        except OSError as error:
            report(FileReport(path.name, "", "unknown", "rejected", error=f"{path.name} cannot be read: {error}"))
    return sorted(candidates, key=lambda c: (order.get(c.kind, len(order)), c.exported_at, c.path.name, c.file_hash))


def _parse(candidate: _Candidate, reference: Reference, settings: Settings, now: datetime) -> ParsedFile:
    try:
        return parse_file(candidate.path, reference, settings, now)
    except Exception as error:  # a fault nobody foresaw must not stop the other files
        LOG.exception("%s: reader failed", candidate.path.name)
        source = source_of(candidate.path, settings, now)
        return ParsedFile(
            "unknown", source, pd.DataFrame(), RAW_QUARANTINE.empty(), error=f"{candidate.path.name}: {error}"
        )


def _put_away(path: Path, report: FileReport, settings: Settings) -> None:
    if report.status == "loaded":
        _archive(path, report.file_hash, settings)
        return
    settings.paths.rejected.mkdir(parents=True, exist_ok=True)
    aside = settings.paths.rejected / f"{report.file_hash[:12]}_{path.name}"
    if path.is_relative_to(settings.paths.inbox):
        shutil.move(path, aside)
    elif not path.is_relative_to(settings.paths.rejected):
        shutil.copy2(path, aside)
    note = aside.with_name(aside.name + ".error.txt")
    note.write_text(f"{report.error}\n", encoding="utf-8")


def _archive(path: Path, file_hash: str, settings: Settings) -> None:
    """Move a processed inbox file to the archive; other files stay where they are."""
    if path.is_relative_to(settings.paths.inbox):
        settings.paths.archive.mkdir(parents=True, exist_ok=True)
        shutil.move(path, settings.paths.archive / f"{file_hash[:12]}_{path.name}")


def _skipped(candidate: _Candidate, known: FileReport) -> FileReport:
    """F48: every row of a file loaded before is a duplicate."""
    return FileReport(
        candidate.path.name,
        candidate.file_hash,
        known.kind,
        "skipped",
        rows_read=known.rows_read,
        rows_duplicate=known.rows_read,
        warnings=[f"same content as {known.file_name}, loaded before (F48)"],
    )


# --- one file ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Written:
    report: FileReport
    new_captions: set[str]
    has_conflicts: bool  # ids in conflict may have come or gone


def _write(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    sends: KnownSends,
    parsed: ParsedFile,
    now: datetime,
    started: float,
    known: FileReport | None,
) -> _Written:
    """Merge one file and write its ledger line; ``known`` is what became of the same content before."""

    def body(c: duckdb.DuckDBPyConnection) -> _Written:
        sends.refresh(c)
        merged = _merge(c, sends, parsed)
        is_same_refusal = parsed.error is not None and known is not None and known.error == parsed.error
        report = FileReport(
            parsed.source.file_name,
            parsed.source.file_hash,
            parsed.kind,
            "rejected" if parsed.error else "loaded",
            parsed.rows_read,
            merged.loaded,
            merged.updated,
            merged.duplicate + parsed.duplicates,
            len(merged.quarantine),
            round(time.perf_counter() - started, 3),
            parsed.error,
            parsed.warnings,
        )
        if is_same_refusal:
            return _Written(report, set(), has_conflicts=False)
        if known is not None:
            for table in (RAW_QUARANTINE, RAW_LEDGER):
                c.execute(f"DELETE FROM {table.full_name} WHERE file_hash = ?", [report.file_hash])
        if len(merged.quarantine):
            insert(c, RAW_QUARANTINE, merged.quarantine)
        _write_ledger(c, report, parsed.source.exported_at, now)
        has_conflicts = known is not None or bool((merged.quarantine["rule"] == "key_conflict").any())
        return _Written(report, merged.new_captions, has_conflicts)

    written = transaction(settings, connection, body)
    if not written.has_conflicts:
        sends.settle(connection)
    return written


def _write_ledger(c: duckdb.DuckDBPyConnection, report: FileReport, exported_at: pd.Timestamp, now: datetime) -> None:
    row = {**report.as_dict(), "warnings": json.dumps(report.warnings, ensure_ascii=False)}
    moment = pd.Timestamp(now)
    row["ingested_at"] = moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)
    insert(c, RAW_LEDGER, pd.DataFrame([{**row, "exported_at": exported_at}]))


@dataclass(frozen=True)
class _Merged:
    loaded: int
    updated: int
    duplicate: int
    quarantine: pd.DataFrame
    new_captions: set[str]


def _merge(c: duckdb.DuckDBPyConnection, sends: KnownSends, parsed: ParsedFile) -> _Merged:
    """Upsert a file's rows by key and say what each of its file rows was; ``sends`` is fresh."""
    quarantine = parsed.quarantine
    if parsed.table.empty:
        return _Merged(0, 0, 0, quarantine, set())
    table, incoming = RAW_TABLES[parsed.kind], parsed.table
    existing = _matching(c, sends, table, incoming)
    if table in (RAW_SENDS, RAW_WALL_POSTS):
        incoming, existing, conflicts = _stop_conflicts(c, sends, table, incoming, existing)
        quarantine = pd.concat([quarantine, conflicts]).reset_index(drop=True) if len(conflicts) else quarantine
    keys = list(table.key)
    state, rows = _classify(table, existing, incoming)
    if table is RAW_SENDS:
        rows = _flag_twins(c, sends, rows)
    if len(rows):
        # Rows flagged in passing are in the lake besides those that share a key with the file.
        if len(existing) or len(rows) > int((state != _SAME).sum()):
            _delete(c, table, rows)
        insert(c, table, rows)
        if table is RAW_SENDS:
            sends.add(c, rows)
    per_row = state.groupby(incoming["_row_number"].to_numpy()).max()
    new = set(incoming.loc[(state == _NEW).to_numpy(), keys[0]]) if table is RAW_CAPTIONS else set()
    return _Merged(
        int((per_row == _NEW).sum()), int((per_row == _CHANGED).sum()), int((per_row == _SAME).sum()), quarantine, new
    )


_SAME, _CHANGED, _NEW = 0, 1, 2


def _classify(table: Table, existing: pd.DataFrame, incoming: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """State of each incoming row, and the rows to write."""
    keys = list(table.key)
    if existing.empty:
        return pd.Series(_NEW, index=incoming.index), incoming
    there = existing.set_index(keys).reindex(
        pd.MultiIndex.from_frame(incoming[keys]) if len(keys) > 1 else incoming[keys[0]]
    )
    found = pd.Series(there["_file_hash"].notna().to_numpy(), index=incoming.index)
    old = table.conform(there[found.to_numpy()].reset_index()).set_index(incoming.index[found])
    new = incoming[found]
    standing = combine_captions(old, new).set_index(old.index) if table is RAW_CAPTIONS else new
    payload = [name for name in table.column_names if not name.startswith("_")]
    if table is not RAW_CAPTIONS:
        older = new["_exported_at"] < old["_exported_at"]
    else:
        older = pd.Series(False, index=new.index)
    same = pd.concat(
        [(old[n] == standing[n]).fillna(False).astype(bool) | (old[n].isna() & standing[n].isna()) for n in payload],
        axis=1,
    )
    changed = ~same.all(axis=1) & ~older
    state = pd.Series(_NEW, index=incoming.index).mask(found, _SAME)
    state[changed.index[changed]] = _CHANGED
    return state, pd.concat([incoming[~found], standing[changed]])


def _matching(c: duckdb.DuckDBPyConnection, sends: KnownSends, table: Table, incoming: pd.DataFrame) -> pd.DataFrame:
    """Rows of the lake that share a key with the file."""
    query = f"SELECT t.* FROM {table.full_name} t SEMI JOIN _keys USING ({', '.join(table.key)})"
    c.register("_keys", incoming[list(table.key)])
    try:
        if table is not RAW_SENDS:
            return table.conform(read(c, query))
        pages = sends.pages_of_keys(c, "_keys")
        return table.conform(read(c, f"{query} WHERE {_on_pages(pages)}", _named(pages))) if pages else table.empty()
    finally:
        c.unregister("_keys")


def _on_pages(pages: list[str | None]) -> str:
    """Condition under which the lake reads only the files that hold the pages; a null page may be in any."""
    return "true" if None in pages else f"t.page_name IN ({', '.join('?' * len(pages))})"


def _named(pages: list[str | None]) -> list[str | None]:
    return [] if None in pages else pages


def _delete(c: duckdb.DuckDBPyConnection, table: Table, rows: pd.DataFrame) -> None:
    c.register("_keys", rows[list(table.key)])
    try:
        same = " AND ".join(f"t.{key} = k.{key}" for key in table.key)
        c.execute(f"DELETE FROM {table.full_name} t USING _keys k WHERE {same}")
    finally:
        c.unregister("_keys")


def _owner(frame: pd.DataFrame) -> pd.Series:
    return frame["creator_id"].fillna(frame["page_name"])


def _stop_conflicts(
    c: duckdb.DuckDBPyConnection, sends: KnownSends, table: Table, incoming: pd.DataFrame, existing: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """F22 over files: an id seen under another creator, now or before, quarantines both rows.

    Returns the incoming and existing rows that stay, and the quarantine rows of the incoming ones.
    """
    key = table.key[0]
    owners, held = (frame.set_index(key).pipe(_owner) for frame in (incoming, existing))
    ours = owners.reindex(held.index)
    # A page that nobody managed when the row came may be managed now: the handle decides then.
    same_page = existing.set_index(key)["page_name"] == incoming.set_index(key)["page_name"].reindex(held.index)
    other = held.index[((held != ours) & ~same_page).fillna(True).astype(bool)]
    is_stopped = incoming[key].isin(other) | incoming[key].isin(sends.conflicts(c, table.name))
    theirs = existing[existing[key].isin(other)]
    if len(theirs):
        _delete(c, table, theirs)
        insert(c, RAW_QUARANTINE, _conflict_rows(table, theirs))
        for file_hash, count in theirs.groupby("_file_hash").size().items():
            _move_to_quarantine(c, str(file_hash), int(count))
    return incoming[~is_stopped], existing[~existing[key].isin(other)], _conflict_rows(table, incoming[is_stopped])


def _conflict_rows(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return RAW_QUARANTINE.empty()
    records = json.loads(rows.to_json(orient="records", date_format="iso"))
    stopped = pd.DataFrame(
        {
            "column_name": "message_id" if table is RAW_SENDS else table.key[0],
            "value": rows[table.key[0]].to_numpy(),
            "rule": "key_conflict",
            "fault": "F22",
            "why": "occurs under two creators",
            "is_terminal": False,
            "row_json": [json.dumps(record, ensure_ascii=False) for record in records],
            "file_hash": rows["_file_hash"].to_numpy(),
            "file_name": rows["_file_name"].to_numpy(),
            "exported_at": rows["_exported_at"].to_numpy(),
        },
        index=pd.Index(rows["_row_number"].astype(int)),
    )
    return quarantine_frame(table.name, stopped)


def _move_to_quarantine(c: duckdb.DuckDBPyConnection, file_hash: str, count: int) -> None:
    """Keep the balance of a file whose loaded rows went to quarantine later."""
    c.execute(
        "UPDATE raw.ingest_ledger SET rows_quarantined = rows_quarantined + $n,"
        " rows_loaded = rows_loaded - least(rows_loaded, $n),"
        " rows_updated = rows_updated - ($n - least(rows_loaded, $n)) WHERE file_hash = $hash",
        {"n": count, "hash": file_hash},
    )


def _flag_twins(c: duckdb.DuckDBPyConnection, sends: KnownSends, rows: pd.DataFrame) -> pd.DataFrame:
    """F23 over files: flag rows of one page, minute and text under different ids, here and in the lake."""
    if rows.empty:
        return rows
    place = ["page_name", "minute", "caption_hash"]
    ours = rows.assign(minute=rows["sending_time"].dt.floor("min"))
    c.register("_twins", ours[["row_key", "sending_time", *place]].dropna())
    try:
        pages = sends.pages_of_places(c, "_twins")
        if not pages:
            return rows
        theirs = read(
            c,
            "SELECT t.* FROM raw.sends t SEMI JOIN _twins w ON t.page_name = w.page_name"
            " AND t.caption_hash = w.caption_hash AND date_trunc('minute', t.sending_time) = w.minute"
            f" AND t.row_key <> w.row_key WHERE t.row_key NOT IN (SELECT row_key FROM _twins) AND {_on_pages(pages)}",
            _named(pages),
        )
    finally:
        c.unregister("_twins")
    if theirs.empty:
        return rows
    theirs = RAW_SENDS.conform(theirs).assign(minute=lambda f: f["sending_time"].dt.floor("min"))
    is_twin = pd.MultiIndex.from_frame(ours[place]).isin(pd.MultiIndex.from_frame(theirs[place]))
    fresh = theirs[~_has_flag(theirs, "possible_duplicate")].drop(columns="minute")
    rows = rows.assign(_flags=_with_flag(rows, pd.Series(is_twin, index=rows.index), "possible_duplicate"))
    fresh = fresh.assign(_flags=_with_flag(fresh, pd.Series(True, index=fresh.index), "possible_duplicate"))
    return pd.concat([rows, fresh], ignore_index=True)


def _has_flag(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame["_flags"].str.split(",").map(lambda flags: name in flags, na_action="ignore").eq(True)


def _with_flag(frame: pd.DataFrame, mask: pd.Series, name: str) -> pd.Series:
    """``_flags`` with ``name`` added where masked and missing, sorted."""
    todo = mask & ~_has_flag(frame, name)
    flags = frame["_flags"].copy()
    flags[todo] = [
        ",".join(sorted(filter(None, [*(f.split(",") if isinstance(f, str) else []), name]))) for f in flags[todo]
    ]
    return flags


# --- quarantine, once more ---------------------------------------------------------------------


def _retry(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    reference: Reference,
    now: datetime,
    rules: tuple[str, ...] | None,
) -> set[str]:
    """Read rows quarantined under ``rules`` (null: any) again; returns new captions.

    A file that was rejected whole comes in only when, read again, few enough of its rows are bad.
    """
    waiting = read(
        connection,
        "SELECT q.*, l.status, l.rows_read FROM raw.quarantine q JOIN raw.ingest_ledger l USING (file_hash)"
        " WHERE q.rule NOT IN ('key_conflict', 'unaligned_row') AND (l.status = 'rejected' OR NOT q.is_terminal)",
    )
    hit = waiting["rule"].isin(rules) if rules is not None else pd.Series(True, index=waiting.index)
    is_rejected = waiting["status"] == "rejected"
    waiting = waiting[hit | (is_rejected & waiting["file_hash"].isin(waiting["file_hash"][hit]))]
    new: set[str] = set()
    for parsed in parse_again(waiting, reference, settings, now):
        rows = waiting[waiting["file_hash"] == parsed.source.file_hash]
        was_rejected = bool((rows["status"] == "rejected").any())
        still_out = int(rows["rows_read"].iloc[0]) - len(rows) + len(parsed.quarantine)
        too_many = still_out > settings.system.ingest.max_quarantined_share * int(rows["rows_read"].iloc[0])
        if len(parsed.quarantine) == len(rows) or (was_rejected and too_many):
            continue
        new |= transaction(settings, connection, partial(_release, parsed=parsed, rows=rows))
    return new


def _release(c: duckdb.DuckDBPyConnection, parsed: ParsedFile, rows: pd.DataFrame) -> set[str]:
    """Move rows that read well now from quarantine to their table and keep the file's balance."""
    sends = KnownSends()
    sends.refresh(c)
    merged = _merge(c, sends, parsed)
    file_hash = parsed.source.file_hash
    c.execute(
        "DELETE FROM raw.quarantine WHERE list_contains($keys, quarantine_key)",
        {"keys": rows["quarantine_key"].tolist()},
    )
    if len(merged.quarantine):
        insert(c, RAW_QUARANTINE, merged.quarantine)
    c.execute(
        "UPDATE raw.ingest_ledger SET rows_loaded = rows_loaded + ?, rows_updated = rows_updated + ?,"
        " rows_duplicate = rows_duplicate + ?, rows_quarantined = rows_quarantined - ?, status = 'loaded', error = NULL"
        " WHERE file_hash = ?",
        [
            merged.loaded,
            merged.updated,
            merged.duplicate + parsed.duplicates,
            len(rows) - len(merged.quarantine),
            file_hash,
        ],
    )
    return merged.new_captions


# --- lake --------------------------------------------------------------------------------------


def _ensure_tables(c: duckdb.DuckDBPyConnection) -> None:
    for table in RAW_TABLES.values():
        ensure_table(c, table)


def _creators(c: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return RAW_TABLES["creators"].conform(read(c, "SELECT * FROM raw.creators ORDER BY creator_id"))


def _ledger(c: duckdb.DuckDBPyConnection) -> dict[str, FileReport]:
    """Every file seen before, by content hash; rejected ones may be tried again."""
    columns = ["file_name", "file_hash", "kind", "status", "rows_read", *COUNTERS, "error"]
    rows = read(c, f"SELECT {', '.join(columns)} FROM raw.ingest_ledger")
    return {str(row["file_hash"]): FileReport(**{str(k): v for k, v in row.items()}) for row in rows.to_dict("records")}


def _quarantined(c: duckdb.DuckDBPyConnection) -> int:
    return int(read(c, "SELECT count(*) AS n FROM raw.quarantine")["n"].iloc[0])


def _relink(c: duckdb.DuckDBPyConnection) -> None:
    """F03, F04: sends and posts of pages that are known by now get their creator."""
    for table in ("raw.sends", "raw.wall_posts"):
        c.execute(
            f"UPDATE {table} t SET creator_id = k.creator_id, _fixes = concat_ws(',', t._fixes, 'F03')"
            " FROM raw.creators k WHERE t.creator_id IS NULL AND t.page_name = k.page_name"
        )


def _mark_near_twins(c: duckdb.DuckDBPyConnection, new: set[str]) -> None:
    """F30 for captions that came in with this call."""
    captions = read(c, "SELECT caption_hash, plain_text, _exported_at, _row_number FROM raw.captions")
    captions = captions.assign(is_new=captions["caption_hash"].isin(new))
    captions = captions.sort_values(["is_new", "_exported_at", "_row_number", "caption_hash"], kind="stable")
    twins = near_twins(captions, captions["is_new"]).dropna()
    if twins.empty:
        return
    c.register(
        "_twins", pd.DataFrame({"caption_hash": twins.index.astype("str"), "older": twins.astype("str").to_numpy()})
    )
    try:
        c.execute(
            "UPDATE raw.captions t SET near_duplicate_of = w.older FROM _twins w WHERE t.caption_hash = w.caption_hash"
        )
    finally:
        c.unregister("_twins")
