"""Tables of a real lake carry what their contracts and dbt's YAML say of them, as comments."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from eros_assets.domain.frames import RAW_SENDS, Column, Table
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse import connection, dbt_run
from eros_assets.warehouse.comments import stored_comments, update_comments
from eros_assets.warehouse.connection import connect, current_snapshot, ensure_table, transaction

THINGS = Table(
    "scoring",
    "things",
    ("name",),
    (Column("name", "VARCHAR", "the thing's name", required=True), Column("share", "DOUBLE", "share", allowed="0–1")),
    "What there is; one row each.",
)


def comment_rows(settings: Settings) -> int:
    """Rows of the lake's catalog that hold comments, past ones included."""
    with connect(settings, read_only=True) as lake:
        catalog = "__ducklake_metadata_lake"
        tables = (f"{catalog}.ducklake_tag", f"{catalog}.ducklake_column_tag")
        return sum(lake.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in tables)


def test_dbt_tables_say_what_their_yaml_says(built: Settings) -> None:
    nodes = json.loads(dbt_run.prepare(built).read_text())["nodes"].values()
    tables = [n for n in nodes if n["resource_type"] in ("model", "seed") and n["config"]["materialized"] != "view"]
    with connect(built, read_only=True) as lake:
        stored = stored_comments(lake)
        views = dict(lake.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
    assert len(tables) >= 25
    for node in tables:
        wanted = {"": node["description"]} | {name: c["description"] for name, c in node["columns"].items()}
        assert stored[f"{node['schema']}.{node['name']}"] == wanted, node["name"]
    for node in nodes:
        if node["config"].get("materialized") == "view":
            assert views[node["name"]] == node["description"]


def test_a_second_build_writes_no_comment_that_stands(built: Settings) -> None:
    run = ["run", "--select", "fct_creator_daily", "stg_creators"]
    dbt_run.run_dbt(built, run)
    before = comment_rows(built)
    dbt_run.run_dbt(built, ["run", "--select", "fct_creator_daily"])
    assert comment_rows(built) == before


def test_raw_tables_say_what_their_contract_says(built: Settings) -> None:
    with connect(built, read_only=True) as lake:
        stored = stored_comments(lake)[RAW_SENDS.full_name]
    assert stored == {"": RAW_SENDS.doc} | {column.name: column.description for column in RAW_SENDS.columns}


def test_a_new_table_and_its_comments_are_one_snapshot(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with connect(settings) as lake:
        lake.execute("CREATE SCHEMA scoring")
        before = current_snapshot(lake)
        transaction(settings, lake, lambda c: ensure_table(c, THINGS))
        assert current_snapshot(lake) == before + 1
        assert stored_comments(lake) == {
            "scoring.things": {"": THINGS.doc, "name": "The thing's name.", "share": "Share (0–1)."}
        }
        ensure_table(lake, THINGS)
        assert current_snapshot(lake) == before + 1


def test_an_older_table_takes_the_comments_of_todays_contract(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    renamed = replace(
        THINGS, doc="What there was.", columns=(replace(THINGS.columns[0], doc="who"), *THINGS.columns[1:])
    )
    other = replace(THINGS, name="never_made")
    with connect(settings) as lake:
        ensure_table(lake, THINGS)
        assert transaction(settings, lake, lambda c: update_comments(c, [renamed, other])) == 2
        before = current_snapshot(lake)
        assert transaction(settings, lake, lambda c: update_comments(c, [renamed, other])) == 0
        assert current_snapshot(lake) == before
        assert stored_comments(lake)["scoring.things"][""] == "What there was."
        assert not connection.table_exists(lake, other.full_name)
