"""A lake of an older version brought up to today's contracts.

Columns that came since are added. Repairs that an earlier version noted by number get their names.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from eros_assets.domain import frames
from eros_assets.domain.frames import EXPORT_TABLES, Table
from eros_assets.ingest.faults import Repair
from eros_assets.planning.week import tables as stages
from eros_assets.warehouse.connection import LAKE

_NEUTRAL = {"VARCHAR": "''", "BIGINT": "0", "DOUBLE": "0", "BOOLEAN": "false"}
"""What stands in old rows of a column that may not be null: nothing was known then."""
OWN_SCHEMAS = ("raw", "scoring", "planning", "governance")
"""Written from Python by contract; dbt keeps the others."""
_NUMBERED: dict[int, Repair] = {
    1: "page_name_emptied",
    3: "creator_found_by_page",
    5: "handle_normalised",
    6: "page_renamed",
    7: "views_capped_at_sent",
    8: "purchases_capped_at_views",
    9: "negative_sent_zeroed",
    10: "negative_count_emptied",
    17: "amount_read_from_text",
    18: "count_read_from_text",
    19: "time_emptied",
    29: "repeats_merged",
    31: "encoding_repaired",
    36: "caption_type_replaced",
    37: "value_ignored",
    39: "timezone_replaced",
    40: "fan_count_filled",
    42: "page_type_derived",
}
"""Earlier versions wrote F and this number, in two digits, for a repair."""


def bring_up_to_date(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """All that a lake of an older version needs, in one transaction of the caller's; what was done, by column."""
    return [*name_repairs(connection), *add_missing_columns(connection)]


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


def name_repairs(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Replace the numbers of faults that an earlier version stored by names; columns changed.

    Only a quarantine with the column ``fault`` is of such a version. The column goes, since ``rule`` says it too,
    so that this happens once.
    """
    if not _has_column(connection, "raw", "quarantine", "fault"):
        return []
    codes = [f"F{number:02d}" for number in _NUMBERED]
    changed = []
    for table in EXPORT_TABLES.values():
        if not _has_column(connection, table.schema, table.name, "_fixes"):
            continue
        connection.execute(
            f"UPDATE {table.full_name} SET _fixes = array_to_string(list_sort(list_transform("
            "string_split(_fixes, ','), lambda code: coalesce(map($codes, $names)[code], code))), ',')"
            " WHERE _fixes IS NOT NULL",
            {"codes": codes, "names": list(_NUMBERED.values())},
        )
        changed.append(f"{table.full_name}._fixes")
    connection.execute(
        r"UPDATE raw.ingest_ledger SET warnings = regexp_replace(warnings, ' \(F\d{2}\)', '', 'g')"
        r" WHERE regexp_matches(warnings, ' \(F\d{2}\)')"
    )
    connection.execute("ALTER TABLE raw.quarantine DROP COLUMN fault")
    return [*changed, "raw.ingest_ledger.warnings", "raw.quarantine.fault"]


def _has_column(connection: duckdb.DuckDBPyConnection, *path: str) -> bool:
    """Whether the lake has a column; ``path``: schema, table, column."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_columns() WHERE (database_name, schema_name, table_name, column_name) = (?, ?, ?, ?)",
        [LAKE, *path],
    ).fetchone()
    return found is not None
