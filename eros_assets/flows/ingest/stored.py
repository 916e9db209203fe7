"""Rows that stand in the lake: those that share a key with a file's rows, found or taken out."""

from __future__ import annotations

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_SENDS, Table
from eros_assets.flows.ingest.known_sends import KnownSends, on_pages
from eros_assets.warehouse.connection import read


def matching_rows(
    c: duckdb.DuckDBPyConnection, sends: KnownSends, table: Table, incoming: pd.DataFrame
) -> pd.DataFrame:
    """Rows of the lake that share a key with the file."""
    query = f"SELECT t.* FROM {table.full_name} t SEMI JOIN _keys USING ({', '.join(table.key)})"
    c.register("_keys", incoming[list(table.key)])
    try:
        if table is not RAW_SENDS:
            return table.conform(read(c, query))
        pages = sends.pages_of_keys(c, "_keys")
        if not pages:
            return table.empty()
        condition, names = on_pages(pages)
        return table.conform(read(c, f"{query} WHERE {condition}", names))
    finally:
        c.unregister("_keys")


def delete_rows(c: duckdb.DuckDBPyConnection, table: Table, rows: pd.DataFrame) -> None:
    """Take the rows with the keys of ``rows`` out of the lake."""
    c.register("_keys", rows[list(table.key)])
    try:
        same = " AND ".join(f"t.{key} = k.{key}" for key in table.key)
        c.execute(f"DELETE FROM {table.full_name} t USING _keys k WHERE {same}")
    finally:
        c.unregister("_keys")
