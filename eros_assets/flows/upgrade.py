"""Tables of an older version brought up to today's contracts: columns that came since are added."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from eros_assets.domain import frames
from eros_assets.domain.frames import Table
from eros_assets.planning.week import tables as stages
from eros_assets.warehouse.connection import LAKE

_NEUTRAL = {"VARCHAR": "''", "BIGINT": "0", "DOUBLE": "0", "BOOLEAN": "false"}
"""What stands in old rows of a column that may not be null: nothing was known then."""
OWN_SCHEMAS = ("raw", "scoring", "planning", "governance")
"""Written from Python by contract; dbt keeps the others."""


def contract_tables() -> list[Table]:
    """Every table that is written by its contract."""
    staged = [value for value in vars(stages).values() if isinstance(value, Table)]
    return [table for table in (*frames.TABLES, *staged) if table.schema in OWN_SCHEMAS]


def add_missing_columns(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table] | None = None) -> list[str]:
    """Add to the tables that exist what their contracts have beyond them; names of the columns added."""
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE database_name = ?", [LAKE]
    ).fetchall()
    stored: dict[str, set[str]] = {}
    for table_name, column in rows:
        stored.setdefault(table_name, set()).add(column)
    added = []
    for table in contract_tables() if tables is None else tables:
        if table.full_name not in stored:
            continue
        for column in table.columns:
            if column.name in stored[table.full_name]:
                continue
            connection.execute(f'ALTER TABLE {table.full_name} ADD COLUMN "{column.name}" {column.type}')
            if column.required and column.type in _NEUTRAL:
                connection.execute(f'UPDATE {table.full_name} SET "{column.name}" = {_NEUTRAL[column.type]}')
            added.append(f"{table.full_name}.{column.name}")
    return added
