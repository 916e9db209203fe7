"""The project as a whole: contracts, configuration, unit tests."""

from __future__ import annotations

import json
import re

import pytest

from eros_assets.domain import frames
from eros_assets.settings import Settings, TypeWords
from eros_assets.warehouse import connection, dbt_run, reference
from tests.dbt.conftest import END, project_files

CONTRACTS = [frames.FCT_SENDS, frames.POOL_CAPTIONS, *frames.AS_OF_TABLES.values()]


@pytest.mark.parametrize("table", CONTRACTS, ids=lambda table: table.name)
def test_built_table_is_the_contract(built: Settings, table: frames.Table) -> None:
    with connection.connect(built, read_only=True) as lake:
        found = [(row[0], row[1]) for row in lake.execute(f"DESCRIBE {table.full_name}").fetchall()]
        content = connection.read(lake, f"SELECT * FROM {table.full_name}")
    assert found == [(column.name, column.type) for column in table.columns]
    assert len(table.conform(content)) > 0  # no nulls in required columns, unique keys


def test_described_columns_are_the_built_columns(built: Settings) -> None:
    manifest = json.loads(dbt_run.prepare(built).read_text())
    with connection.connect(built, read_only=True) as lake:
        for node in manifest["nodes"].values():
            if node["resource_type"] != "model":
                continue
            built_columns = [row[0] for row in lake.execute(f"DESCRIBE {node['schema']}.{node['name']}").fetchall()]
            assert list(node["columns"]) == built_columns, node["name"]
            assert node["description"], node["name"]
            assert all(column["description"] for column in node["columns"].values()), node["name"]


def test_sources_carry_the_keys_of_the_raw_assets(built: Settings) -> None:
    manifest = json.loads(dbt_run.prepare(built).read_text())
    keys = {node["name"]: node["meta"]["dagster"]["asset_key"] for node in manifest["sources"].values()}
    assert keys and all(key == ["raw", name] for name, key in keys.items())
    assert set(keys) <= set(frames.RAW_TABLES)


def test_unit_tests_pass(built: Settings) -> None:
    output = dbt_run.run_dbt(built, ["test", "--select", "test_type:unit"])
    passed = re.search(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", output)
    assert passed and int(passed.group(1)) >= 20


def test_window_leaves_the_partial_parse_alone(built: Settings) -> None:
    # the home was built without a window
    output = dbt_run.run_dbt(built, [*dbt_run.build_args(END, END, select="fct_creator_daily"), "--debug"])
    assert "skipping parsing" in output


def test_every_figure_named_in_sql_is_a_parameter(built: Settings) -> None:
    header, rows = reference.seeds(built)["parameters"]
    known = {row[0] for row in rows}
    named = set()
    for path in project_files("*.sql"):
        named |= set(re.findall(r"param(?:_int)?\('([a-z0-9_]+)'\)", path.read_text()))
        named |= set(re.findall(r"points\(.*, '([a-z_]+)'\)", path.read_text()))
    assert named <= known
    assert header == ("name", "value")


def test_macro_lists_every_word_list() -> None:
    text = (dbt_run.PROJECT_DIR / "macros" / "text.sql").read_text()
    listed = re.findall(r"'(\w+)'", text[text.index("text_rules") : text.index("{# Send type of a text")])
    assert listed == list(TypeWords.model_fields)


def test_seeds_are_written_only_when_they_change(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("seeds")
    assert {path.stem for path in reference.write_seeds(built, folder)} == set(reference.seeds(built))
    assert reference.write_seeds(built, folder) == []
    scoring = built.scoring.model_copy(update={"maturity_hours": 48})
    changed = Settings(**{**dict(built), "scoring": scoring})
    assert [path.stem for path in reference.write_seeds(changed, folder)] == ["parameters"]


def test_every_send_type_has_a_confidence_and_a_caption_type(built: Settings) -> None:
    header, rows = reference.seeds(built)["send_types"]
    caption_types = {key for row in built.send_types for key in row.caption_types}
    assert [row[0] for row in rows] == [row.key for row in built.send_types]
    assert {row[header.index("caption_type")] for row in rows} <= caption_types


def test_hour_curve_goes_around_the_clock(built: Settings) -> None:
    means = built.timing.hour_pool_curve
    curve = dict(reference.hour_curve(means))
    level = sum(means.values()) / len(means)
    assert sorted(curve) == list(range(24))
    assert all(curve[hour] == pytest.approx(value / level, abs=1e-6) for hour, value in means.items())
    low, high = sorted((curve[22], curve[8]))
    assert all(low <= curve[hour] <= high for hour in (23, 0, 3, 7))


def test_without_a_window_the_newest_day_is_scored(built: Settings) -> None:
    with connection.connect(built, read_only=True) as lake:
        missing = lake.execute(
            "SELECT max(send_date) FROM performance.fct_sends"
            " HAVING max(send_date) NOT IN (SELECT as_of_date FROM performance.creator_health)"
        ).fetchall()
    assert missing == []
