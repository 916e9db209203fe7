"""A lake in which an earlier version noted faults by number gets their names, once, and takes in files as before."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from eros_assets.domain.frames import RAW_QUARANTINE, columns
from eros_assets.flows.ingest import ingest_paths
from eros_assets.flows.upgrade import bring_up_to_date
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import (
    connect,
    current_snapshot,
    ensure_table,
    insert,
    read,
    read_table,
    transaction,
)
from tests.ingest.conftest import NOW, Writer, good_sends, send

QUARANTINE = replace(RAW_QUARANTINE, columns=(*RAW_QUARANTINE.columns, *columns("fault VARCHAR! code of the fault")))
NUMBERS = {3: "creator_found_by_page", 5: "handle_normalised", 7: "views_capped_at_sent"}


def code(number: int) -> str:
    return f"F{number:02d}"


@pytest.fixture
def older(write: Writer, settings: Settings) -> Settings:
    """A sound send, one with four repairs, one in quarantine, and a warning; faults have numbers."""
    creators = write("creators__2026-02-01.csv", [{"creator_id": "c1", "page_name": "ada_paid", "page_type": "paid"}])
    exported = [send(Page="@Ada_Paid", Viewed="1,200"), send(ID="bad", Price="900"), *good_sends(1)]
    ingest_paths(settings, [creators, write("a__2026-02-21.csv", exported)], NOW)
    with connect(settings) as lake:
        for number, name in NUMBERS.items():
            lake.execute("UPDATE raw.sends SET _fixes = replace(_fixes, ?, ?)", [name, code(number)])
        lake.execute("UPDATE raw.ingest_ledger SET warnings = ?", [f'["column x is left out ({code(43)})"]'])
        rows = read_table(lake, RAW_QUARANTINE).assign(fault=code(16))
        lake.execute("DROP TABLE raw.quarantine")
        ensure_table(lake, QUARANTINE)
        insert(lake, QUARANTINE, rows)
    return settings


def fixes(lake: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Repairs of each send that has any, by its key."""
    rows = read(lake, "SELECT row_key, string_split(_fixes, ',') AS names FROM raw.sends WHERE _fixes IS NOT NULL")
    return {key: list(names) for key, names in zip(rows["row_key"], rows["names"], strict=True)}


def test_numbers_become_names_once(older: Settings) -> None:
    with connect(older) as lake:
        before = fixes(lake)
        assert code(7) in before["m1"]
        assert "raw.quarantine.fault" in transaction(older, lake, bring_up_to_date)
        snapshot = current_snapshot(lake)
        assert transaction(older, lake, bring_up_to_date) == []
        assert current_snapshot(lake) == snapshot
        names = {code(number): name for number, name in NUMBERS.items()}
        assert fixes(lake) == {key: sorted(names.get(one, one) for one in them) for key, them in before.items()}
        warnings = read(lake, "SELECT DISTINCT warnings FROM raw.ingest_ledger")["warnings"].tolist()
        assert warnings == ['["column x is left out"]']
        quarantine = read(lake, "SELECT * FROM raw.quarantine")
    assert sorted(quarantine.columns) == sorted(RAW_QUARANTINE.column_names)
    assert quarantine["rule"].tolist() == ["bad_price"]


def test_files_come_in_as_before(older: Settings, write: Writer) -> None:
    rows = [send(ID="later", Price="901"), send(ID="m2", Page="@Ada_Paid", Message="Another evening by the lake")]
    (report,) = ingest_paths(older, [write("b__2026-02-22.csv", rows)], NOW)
    assert (report.rows_loaded, report.rows_quarantined) == (1, 1)
    with connect(older, read_only=True) as lake:
        assert read_table(lake, RAW_QUARANTINE)["rule"].tolist() == ["bad_price"] * 2
        found = fixes(lake)
    assert {"handle_normalised", "creator_found_by_page"} <= set(found["m1"]) & set(found["m2"])
