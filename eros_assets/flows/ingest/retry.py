"""What waited in quarantine and can be read now: its page became known, or a rule changed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_QUARANTINE
from eros_assets.flows.ingest.known_sends import KnownSends
from eros_assets.flows.ingest.ledger import book_as_read
from eros_assets.flows.ingest.merge import merge
from eros_assets.ingest.faults import QuarantineRule, Repair
from eros_assets.ingest.kinds import KINDS
from eros_assets.ingest.load import ParsedFile, parse_again
from eros_assets.ingest.rows import Reference
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import insert, read, transaction

_LEFT_ALONE: tuple[QuarantineRule, ...] = ("key_conflict", "unaligned_row")
"""Reading these rows again tells nothing new."""
_FOUND: Repair = "creator_found_by_page"


def read_again(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    reference: Reference,
    now: datetime,
    rules: tuple[QuarantineRule, ...] | None,
) -> set[str]:
    """Read rows quarantined under ``rules`` (null: any) once more; returns hashes of new captions.

    A file that was rejected whole comes in only when, read again, few enough of its rows are bad.
    """
    waiting = _waiting(connection, rules)
    new: set[str] = set()
    for parsed in parse_again(waiting, reference, settings, now):
        rows = waiting[waiting["file_hash"] == parsed.source.file_hash]
        if _is_better(parsed, rows, settings.system.ingest.max_quarantined_share):
            new |= transaction(settings, connection, partial(_release, parsed=parsed, rows=rows))
    return new


def _waiting(connection: duckdb.DuckDBPyConnection, rules: tuple[QuarantineRule, ...] | None) -> pd.DataFrame:
    """Rows quarantined under ``rules``, and all of a rejected file that has one; with its state and size."""
    waiting = read(
        connection,
        "SELECT q.*, l.status, l.rows_read FROM raw.quarantine q JOIN raw.ingest_ledger l USING (file_hash)"
        " WHERE NOT list_contains($left, q.rule) AND (l.status = 'rejected' OR NOT q.is_terminal)",
        {"left": list(_LEFT_ALONE)},
    )
    hit = waiting["rule"].isin(rules) if rules is not None else pd.Series(True, index=waiting.index)
    is_rejected = waiting["status"] == "rejected"
    return waiting[hit | (is_rejected & waiting["file_hash"].isin(waiting["file_hash"][hit]))]


def _is_better(parsed: ParsedFile, rows: pd.DataFrame, max_share: float) -> bool:
    """Whether some of a file's waiting ``rows`` read well now, and of a rejected file few enough are bad."""
    if len(parsed.quarantine) == len(rows):
        return False
    if not (rows["status"] == "rejected").any():
        return True
    rows_read = int(rows["rows_read"].iloc[0])
    still_out = rows_read - len(rows) + len(parsed.quarantine)
    return still_out <= max_share * rows_read


def _release(c: duckdb.DuckDBPyConnection, parsed: ParsedFile, rows: pd.DataFrame) -> set[str]:
    """Move rows that read well now from quarantine to their table and keep the file's balance."""
    sends = KnownSends()
    sends.refresh(c)
    merged = merge(c, sends, parsed)
    c.execute(
        "DELETE FROM raw.quarantine WHERE list_contains($keys, quarantine_key)",
        {"keys": rows["quarantine_key"].tolist()},
    )
    if len(merged.quarantine):
        insert(c, RAW_QUARANTINE, merged.quarantine)
    book_as_read(
        c,
        parsed.source.file_hash,
        merged.loaded,
        merged.updated,
        merged.duplicate + parsed.duplicates,
        released=len(rows) - len(merged.quarantine),
    )
    return merged.new_captions


def count_quarantined(c: duckdb.DuckDBPyConnection) -> int:
    """Rows in quarantine."""
    return int(read(c, "SELECT count(*) AS n FROM raw.quarantine")["n"].iloc[0])


def relink(c: duckdb.DuckDBPyConnection) -> None:
    """Rows of pages that are known by now get their creator; the repair is noted on them."""
    for kind in KINDS.values():
        if kind.platform_id is not None:
            c.execute(
                f"UPDATE {kind.table.full_name} t SET creator_id = k.creator_id,"
                " _fixes = array_to_string(list_sort(string_split(concat_ws(',', t._fixes, $repair), ',')), ',')"
                " FROM raw.creators k WHERE t.creator_id IS NULL AND t.page_name = k.page_name",
                {"repair": _FOUND},
            )
