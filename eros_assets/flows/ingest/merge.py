"""A file's rows brought together with those stored: new, changed or known, by the key of their table."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_CAPTIONS, RAW_SENDS, Table
from eros_assets.flows.ingest.conflicts import stop_conflicts
from eros_assets.flows.ingest.known_sends import KnownSends
from eros_assets.flows.ingest.repeats import flag_across_files
from eros_assets.flows.ingest.stored import delete_rows, matching_rows
from eros_assets.ingest.kinds import KINDS, ExportKind
from eros_assets.ingest.load import ParsedFile
from eros_assets.warehouse.connection import insert

_KNOWN, _CHANGED, _NEW = 0, 1, 2


@dataclass(frozen=True)
class Merged:
    """How many of a file's rows were new, changed a stored row or were known; and those in quarantine.

    ``new_captions``: hashes of texts that came into the pool.
    """

    loaded: int
    updated: int
    duplicate: int
    quarantine: pd.DataFrame
    new_captions: set[str]


def merge(c: duckdb.DuckDBPyConnection, sends: KnownSends, parsed: ParsedFile) -> Merged:
    """Upsert a file's rows by key; ``sends`` is fresh. Call inside a transaction."""
    quarantine = parsed.quarantine
    if parsed.table.empty:
        return Merged(0, 0, 0, quarantine, set())
    kind, incoming = KINDS[parsed.kind], parsed.table
    existing = matching_rows(c, sends, kind.table, incoming)
    if kind.platform_id is not None:
        incoming, existing, conflicts = stop_conflicts(c, sends, kind, incoming, existing)
        quarantine = pd.concat([quarantine, conflicts]).reset_index(drop=True) if len(conflicts) else quarantine
    state, rows = _classify(kind, existing, incoming)
    if kind.table is RAW_SENDS:
        rows = flag_across_files(c, sends, rows)
    # Rows flagged in passing are in the lake besides those that share a key with the file.
    has_stored = len(existing) > 0 or len(rows) > int((state != _KNOWN).sum())
    _store(c, sends, kind.table, rows, has_stored=has_stored)
    per_row = state.groupby(incoming["_row_number"].to_numpy()).max()
    loaded, updated, duplicate = (int((per_row == which).sum()) for which in (_NEW, _CHANGED, _KNOWN))
    is_new = (state == _NEW).to_numpy()
    new_captions = set(incoming.loc[is_new, "caption_hash"]) if kind.table is RAW_CAPTIONS else set()
    return Merged(loaded, updated, duplicate, quarantine, new_captions)


def _store(
    c: duckdb.DuckDBPyConnection, sends: KnownSends, table: Table, rows: pd.DataFrame, *, has_stored: bool
) -> None:
    """Write rows over those of the same keys; ``has_stored``: some of them may stand there already."""
    if rows.empty:
        return
    if has_stored:
        delete_rows(c, table, rows)
    insert(c, table, rows)
    if table is RAW_SENDS:
        sends.add(c, rows)


def _classify(kind: ExportKind, existing: pd.DataFrame, incoming: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """State of each incoming row, and the rows to write."""
    table, keys = kind.table, list(kind.table.key)
    if existing.empty:
        return pd.Series(_NEW, index=incoming.index), incoming
    there = existing.set_index(keys).reindex(
        pd.MultiIndex.from_frame(incoming[keys]) if len(keys) > 1 else incoming[keys[0]]
    )
    found = pd.Series(there["_file_hash"].notna().to_numpy(), index=incoming.index)
    old = table.conform(there[found.to_numpy()].reset_index()).set_index(incoming.index[found])
    standing, may_stand = _standing(kind, old, incoming[found])
    changed = ~_says_the_same(table, old, standing) & may_stand
    state = pd.Series(_NEW, index=incoming.index).mask(found, _KNOWN)
    state[changed.index[changed]] = _CHANGED
    return state, pd.concat([incoming[~found], standing[changed]])


def _standing(kind: ExportKind, old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The row that stands for each key in both frames, and whether it may replace the stored one."""
    if kind.combine is not None:
        return kind.combine(old, new).set_index(old.index), pd.Series(True, index=new.index)
    return new, ~(new["_exported_at"] < old["_exported_at"])


def _says_the_same(table: Table, old: pd.DataFrame, new: pd.DataFrame) -> pd.Series:
    """Whether all columns but those of provenance are equal, nulls among them."""
    payload = [name for name in table.column_names if not name.startswith("_")]
    same = [(old[n] == new[n]).fillna(False).astype(bool) | (old[n].isna() & new[n].isna()) for n in payload]
    return pd.concat(same, axis=1).all(axis=1)
