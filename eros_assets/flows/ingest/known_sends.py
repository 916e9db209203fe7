"""What ``raw.sends`` holds, small enough to keep for one ingest: most files need no look into the lake.

A hash of every row's key and of its place (page, minute and text), in a temporary table, which rolls
back with the transaction. It may name too much, never too little: what it does not name needs no query.
"""

from __future__ import annotations

import duckdb
import pandas as pd

from eros_assets.warehouse.connection import read

_KEY = "hash(row_key)"
_PLACE = "hash(page_name, date_trunc('minute', sending_time), caption_hash)"


class KnownSends:
    """Keys and places of ``raw.sends``, and ids in conflict, at one snapshot of the lake."""

    def __init__(self) -> None:
        self._settled: int | None = None
        self._base = -1
        self._conflicts: dict[str, pd.Series] = {}

    def refresh(self, c: duckdb.DuckDBPyConnection) -> None:
        """Read anew when the lake is not as :meth:`settle` left it; call before a transaction's first change."""
        self._base = _snapshot(c, "current")
        is_settled, self._settled = self._settled == self._base, None
        if not is_settled:
            self._conflicts = {}
            c.execute(
                f"CREATE OR REPLACE TEMP TABLE known_sends AS SELECT {_KEY} AS key, {_PLACE} AS place, page_name"
                " FROM raw.sends"
            )

    def settle(self, c: duckdb.DuckDBPyConnection) -> None:
        """Say after a commit that the index tells all of it; another process's commit in between is noticed."""
        committed = _snapshot(c, "last_committed")
        self._settled = committed if committed in (self._base, self._base + 1) else None

    def add(self, c: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
        """Note rows that were written. Rows they replace stay named: a row too many only costs a query."""
        c.register("_added", rows[["row_key", "page_name", "sending_time", "caption_hash"]])
        try:
            c.execute(f"INSERT INTO known_sends SELECT {_KEY}, {_PLACE}, page_name FROM _added")
        finally:
            c.unregister("_added")

    def pages_of_keys(self, c: duckdb.DuckDBPyConnection, frame: str) -> list[str | None]:
        """Pages of the rows in the lake that share a key with the registered ``frame``."""
        return _pages(
            c, f"SELECT DISTINCT page_name FROM known_sends SEMI JOIN (SELECT {_KEY} AS key FROM {frame}) USING (key)"
        )

    def pages_of_places(self, c: duckdb.DuckDBPyConnection, frame: str) -> list[str | None]:
        """Pages of the rows in the lake that have the place of a row in ``frame``, but none of its keys."""
        return _pages(
            c,
            "SELECT DISTINCT page_name FROM known_sends"
            f" SEMI JOIN (SELECT {_PLACE} AS place FROM {frame}) USING (place)"
            f" WHERE key NOT IN (SELECT {_KEY} FROM {frame})",
        )

    def conflicts(self, c: duckdb.DuckDBPyConnection, kind: str) -> pd.Series:
        """Ids of a kind that were seen under two creators."""
        if kind not in self._conflicts:
            query = "SELECT DISTINCT value FROM raw.quarantine WHERE rule = 'key_conflict' AND kind = ?"
            self._conflicts[kind] = read(c, query, [kind])["value"]
        return self._conflicts[kind]


def on_pages(pages: list[str | None]) -> tuple[str, list[str | None]]:
    """Condition on ``t``, and its parameters, under which the lake reads only the files that hold the pages.

    A null page may be in any file: no condition then.
    """
    return ("true", []) if None in pages else (f"t.page_name IN ({', '.join('?' * len(pages))})", pages)


def _snapshot(c: duckdb.DuckDBPyConnection, which: str) -> int:
    row = c.execute(f"SELECT id FROM lake.{which}_snapshot()").fetchone()
    return int(row[0]) if row and row[0] is not None else -1


def _pages(c: duckdb.DuckDBPyConnection, query: str) -> list[str | None]:
    return [page for (page,) in c.execute(query).fetchall()]
