"""A lake of an older version is brought up to today's contracts, rows kept."""

from __future__ import annotations

from pathlib import Path

from eros_assets.domain.frames import SCHEDULE, columns
from eros_assets.domain.frames import Table as Contract
from eros_assets.flows.upgrade import add_missing_columns, contract_tables
from eros_assets.settings import load_settings
from eros_assets.warehouse.connection import connect, read, read_table

OLD = Contract("scoring", "things", ("name",), columns("name VARCHAR! key"), "As it was.")
NEW = Contract(
    "scoring", "things", ("name",),
    columns("name VARCHAR! key\nkind VARCHAR! kind\ncount BIGINT! count\nworth DOUBLE worth"), "As it is.",
)  # fmt: skip


def test_old_rows_get_the_new_columns(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with connect(settings) as lake:
        lake.execute("CREATE SCHEMA scoring")
        lake.execute("CREATE TABLE scoring.things (name VARCHAR NOT NULL)")
        lake.execute("INSERT INTO scoring.things VALUES ('a'), ('b')")
        names = [f"scoring.things.{name}" for name in ("kind", "count", "worth")]
        assert add_missing_columns(lake, [OLD, NEW]) == names
        assert add_missing_columns(lake, [NEW]) == []
    with connect(settings, read_only=True) as lake:
        rows = read_table(lake, NEW)
        assert rows["name"].tolist() == ["a", "b"]
        assert rows["kind"].tolist() == ["", ""] and rows["count"].tolist() == [0, 0]
        assert rows["worth"].isna().all()


def test_nothing_is_made_where_nothing_was(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with connect(settings) as lake:
        assert add_missing_columns(lake) == []
        assert read(lake, "SELECT * FROM duckdb_tables() WHERE database_name = 'lake'").empty


def test_every_written_table_is_known() -> None:
    names = {table.full_name for table in contract_tables()}
    assert SCHEDULE.full_name in names and "planning.caption_selection" in names
    assert not any(name.startswith("performance.") for name in names)
