"""Comments in the lake: what every table and column of a contract means, to be read by any client.

Belongs here: the comments of tables that are written from Python by their contract. Tables that dbt
builds get theirs from the descriptions in dbt's YAML (``persist_docs``, macros/persist_docs.sql).
Only comments that differ are written: DuckLake keeps a row of its catalog for each one ever written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import duckdb

from eros_assets.domain.frames import Table

_OWN_COMMENTS = """
    SELECT schemas.schema_name || '.' || tables.table_name, tags.value
    FROM {catalog}.ducklake_tag AS tags
    INNER JOIN {catalog}.ducklake_table AS tables
        ON tags.object_id = tables.table_id AND tables.end_snapshot IS NULL
    INNER JOIN {catalog}.ducklake_schema AS schemas
        ON tables.schema_id = schemas.schema_id AND schemas.end_snapshot IS NULL
    WHERE tags.end_snapshot IS NULL AND tags.key = 'comment'
"""
"""Comments of tables, read from the catalog: ``duckdb_tables()`` reads every table's statistics for it."""


def comment_statements(table: Table, stored: Mapping[str, str | None]) -> Iterator[str]:
    """``COMMENT ON`` statements that bring a table to its contract.

    ``stored``: the comment (or none) of each column the table has, by column name, and the table's own under "".
    """
    if stored.get("") != table.doc:
        yield f"COMMENT ON TABLE {table.full_name} IS {_quoted(table.doc)}"
    for column in table.columns:
        if column.name in stored and stored[column.name] != column.description:
            yield f'COMMENT ON COLUMN {table.full_name}."{column.name}" IS {_quoted(column.description)}'


def stored_comments(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str | None]]:
    """Comments of the committed tables of the lake in use, by ``schema.table`` as ``comment_statements`` takes them."""
    found: dict[str, dict[str, str | None]] = {}
    for table, column, comment in connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns()"
        " WHERE database_name = current_database()"
    ).fetchall():
        found.setdefault(table, {})[column] = comment
    lake = connection.execute("SELECT current_database()").fetchall()[0][0]
    own = connection.execute(_OWN_COMMENTS.format(catalog=f"__ducklake_metadata_{lake}")).fetchall()
    for table, comment in own:
        found.setdefault(table, {})[""] = comment
    return found


def update_comments(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> int:
    """Bring the comments of those ``tables`` that exist to their contracts; returns how many were written.

    Call inside a transaction: the comments are then one snapshot of the lake.
    """
    stored = stored_comments(connection)
    present = (table for table in tables if table.full_name in stored)
    statements = [text for table in present for text in comment_statements(table, stored[table.full_name])]
    for statement in statements:
        connection.execute(statement)
    return len(statements)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
