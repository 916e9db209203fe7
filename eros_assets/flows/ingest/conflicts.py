"""Platform ids that two creators claim: nobody knows whose the row is, so all of them go to quarantine."""

from __future__ import annotations

import json

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_QUARANTINE
from eros_assets.flows.ingest.known_sends import KnownSends
from eros_assets.flows.ingest.ledger import book_as_quarantined
from eros_assets.flows.ingest.stored import delete_rows
from eros_assets.ingest.kinds import ExportKind
from eros_assets.ingest.rows import quarantine_frame, stopped_rows
from eros_assets.warehouse.connection import insert


def stop_conflicts(
    c: duckdb.DuckDBPyConnection, sends: KnownSends, kind: ExportKind, incoming: pd.DataFrame, existing: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """An id seen under another creator, now or before, quarantines both rows.

    Stored rows move to quarantine here. Returns the incoming and the existing rows that stay, and
    the quarantine rows of the incoming ones.
    """
    key = kind.table.key[0]
    claimed = _claimed_by_two(key, incoming, existing)
    is_stopped = incoming[key].isin(claimed) | incoming[key].isin(sends.conflicts(c, kind.table.name))
    theirs = existing[existing[key].isin(claimed)]
    if len(theirs):
        delete_rows(c, kind.table, theirs)
        insert(c, RAW_QUARANTINE, _conflict_rows(kind, theirs))
        for file_hash, count in theirs.groupby("_file_hash").size().items():
            book_as_quarantined(c, str(file_hash), int(count))
    return incoming[~is_stopped], existing[~existing[key].isin(claimed)], _conflict_rows(kind, incoming[is_stopped])


def _claimed_by_two(key: str, incoming: pd.DataFrame, existing: pd.DataFrame) -> pd.Index:
    """Keys whose stored row belongs to another creator than the incoming one."""
    owners, held = (frame.set_index(key).pipe(_owner) for frame in (incoming, existing))
    ours = owners.reindex(held.index)
    # A page that nobody managed when the row came may be managed now: the handle decides then.
    same_page = existing.set_index(key)["page_name"] == incoming.set_index(key)["page_name"].reindex(held.index)
    return held.index[((held != ours) & ~same_page).fillna(True).astype(bool)]


def _owner(frame: pd.DataFrame) -> pd.Series:
    return frame["creator_id"].fillna(frame["page_name"])


def _conflict_rows(kind: ExportKind, rows: pd.DataFrame) -> pd.DataFrame:
    """Quarantine rows of rows in conflict."""
    if rows.empty:
        return RAW_QUARANTINE.empty()
    records = json.loads(rows.to_json(orient="records", date_format="iso"))
    numbers = pd.Index(rows["_row_number"].astype(int))
    ids = rows[kind.table.key[0]].to_numpy()
    stopped = stopped_rows(numbers, kind.platform_id, ids, "key_conflict", "occurs under two creators").assign(
        row_json=[json.dumps(record, ensure_ascii=False) for record in records],
        file_hash=rows["_file_hash"].to_numpy(),
        file_name=rows["_file_name"].to_numpy(),
        exported_at=rows["_exported_at"].to_numpy(),
    )
    return quarantine_frame(kind.table.name, stopped)
