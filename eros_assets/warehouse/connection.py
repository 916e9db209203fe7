"""The one way into the lake: attach, read, write, retry.

DuckLake with a SQLite catalog (profile ``local``) lets several processes read while one writes.
SQLite answers ``database is locked`` under contention: every transaction is retried with
exponential backoff. Extensions come as wheels and are never downloaded.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import duckdb
import pandas as pd
from duckdb_extensions import import_extension

from eros_assets.domain.frames import RAW_TABLES, Table
from eros_assets.settings import Settings
from eros_assets.warehouse.comments import comment_statements

LOG = logging.getLogger("eros.warehouse")
LAKE = "lake"
EXTENSIONS = ("ducklake", "sqlite_scanner", "icu")
LOCK_MESSAGES = ("database is locked", "Failed to commit DuckLake transaction", "Transaction conflict")
T = TypeVar("T")


def catalog_path(settings: Settings) -> str:
    """SQLite catalog file of the local profile."""
    return str(settings.paths.lake / "catalog.sqlite")


def data_path(settings: Settings) -> str:
    """Folder of the Parquet files of the local profile."""
    return str(settings.paths.lake / "files") + "/"


@contextmanager
def connect(settings: Settings, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A short-lived connection with the lake attached and in use; UTC session.

    Raises ``duckdb.IOException`` when ``read_only`` and no lake exists yet.
    """
    connection = duckdb.connect()
    try:
        connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        for extension in EXTENSIONS:
            import_extension(extension, con=connection)
            connection.execute(f"LOAD {extension}")
        connection.execute("SET TimeZone = 'UTC'")
        if not read_only:
            settings.paths.lake.mkdir(parents=True, exist_ok=True)
        # WAL: readers never block the writer, nor the writer them. Override: a home may be moved or copied.
        options = f"DATA_PATH '{data_path(settings)}', OVERRIDE_DATA_PATH true"
        options += ", META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 30000"
        options += ", READ_ONLY" if read_only else ""
        retry(
            settings,
            lambda: connection.execute(f"ATTACH 'ducklake:sqlite:{catalog_path(settings)}' AS {LAKE} ({options})"),
        )
        connection.execute(f"USE {LAKE}")
        yield connection
    finally:
        connection.close()


def retry(settings: Settings, action: Callable[[], T]) -> T:
    """Run ``action``; on a lock or commit conflict wait and run it again, else raise."""
    limits = settings.system.warehouse
    for attempt in range(limits.retry_attempts):
        try:
            return action()
        except duckdb.Error as error:
            if attempt + 1 == limits.retry_attempts or not any(text in str(error) for text in LOCK_MESSAGES):
                raise
            delay = min(limits.retry_base_seconds * 1.5**attempt, 5) * (
                0.5 + os.getpid() % 16 / 16
            )  # processes wait apart
            LOG.warning("lake busy, retry %s in %.2f s", attempt + 1, delay)
            time.sleep(delay)
    raise AssertionError("unreachable")


def transaction(
    settings: Settings, connection: duckdb.DuckDBPyConnection, body: Callable[[duckdb.DuckDBPyConnection], T]
) -> T:
    """Run ``body`` in one ACID transaction, again from the start on a lock or conflict."""

    def once() -> T:
        connection.execute("BEGIN")
        try:
            result = body(connection)
            connection.execute("COMMIT")
        except BaseException:
            with_rollback(connection)
            raise
        return result

    return retry(settings, once)


def with_rollback(connection: duckdb.DuckDBPyConnection) -> None:
    """Roll back, ignoring that a failed commit may have closed the transaction already."""
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        LOG.debug("nothing to roll back")


def table_exists(connection: duckdb.DuckDBPyConnection, full_name: str) -> bool:
    """Whether ``schema.table`` exists in the lake."""
    schema, name = full_name.split(".")
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? AND table_name = ?"
        " UNION ALL SELECT 1 FROM duckdb_views() WHERE database_name = ? AND schema_name = ? AND view_name = ?",
        [LAKE, schema, name, LAKE, schema, name],
    ).fetchone()
    return found is not None


def ensure_table(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create the contract's schema and table when missing, with its comments.

    Call inside :func:`transaction`: outside it every comment is a snapshot of its own.
    """
    schema, name = table.full_name.split(".")
    if connection.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = ? AND schema_name = ? AND table_name = ?",
        [LAKE, schema, name],
    ).fetchone():
        return
    columns = ", ".join(f'"{c.name}" {c.type}{" NOT NULL" if c.required else ""}' for c in table.columns)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {table.full_name} ({columns})")
    for statement in comment_statements(table, dict.fromkeys(table.column_names)):
        connection.execute(statement)


def ensure_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the raw tables that are missing; call inside :func:`transaction`."""
    for table in RAW_TABLES.values():
        ensure_table(connection, table)


def read(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | dict[str, Any] | None = None
) -> pd.DataFrame:
    """Result of one query as a frame."""
    return connection.execute(query, parameters or []).df()


def read_table(
    connection: duckdb.DuckDBPyConnection, table: Table, where: str = "true", parameters: list[Any] | None = None
) -> pd.DataFrame:
    """Rows of a contract table, conformed and in key order; an empty frame when it does not exist yet."""
    if not table_exists(connection, table.full_name):
        return table.empty()
    columns = ", ".join(f'"{name}"' for name in table.column_names)
    order = ", ".join(f'"{name}"' for name in table.key)
    query = f"SELECT {columns} FROM {table.full_name} WHERE {where} ORDER BY {order}"
    return table.conform(read(connection, query, parameters))


def insert(connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> int:
    """Append ``frame`` (conformed to the contract); returns the row count."""
    conformed = table.conform(frame)
    connection.register("_incoming", conformed)
    try:
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        values = ", ".join(f'CAST("{c.name}" AS {c.type})' for c in table.columns)
        connection.execute(f"INSERT INTO {table.full_name} ({columns}) SELECT {values} FROM _incoming")
    finally:
        connection.unregister("_incoming")
    return len(conformed)


def replace_partition(
    connection: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame, where: dict[str, list[Any]]
) -> int:
    """Replace the rows whose ``where`` columns hold the given values by ``frame``.

    Deletes by window, not by the keys of the new rows, so a partition that became empty loses its
    stale rows. Call inside :func:`transaction`. Returns the number of rows written.
    """
    ensure_table(connection, table)
    clauses = " AND ".join(f'list_contains($p{i}, "{column}")' for i, column in enumerate(where))
    connection.execute(
        f"DELETE FROM {table.full_name} WHERE {clauses}",
        {f"p{i}": values for i, values in enumerate(where.values())},
    )
    return insert(connection, table, frame)


def current_snapshot(connection: duckdb.DuckDBPyConnection) -> int:
    """Newest snapshot id of the lake: part of a schedule's replay key."""
    row = connection.execute(f"SELECT max(snapshot_id) FROM ducklake_snapshots('{LAKE}')").fetchone()
    return int(row[0]) if row and row[0] is not None else 0
