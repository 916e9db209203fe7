"""What contracts say of tables that dbt builds stands in dbt's YAML, and only there by hand what they do not say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from eros_assets.domain import frames
from eros_assets.domain.frames import CREATOR_HEALTH, FCT_SENDS, TABLES, Column, columns
from eros_assets.settings import load_settings
from eros_assets.warehouse.dbt_docs import (
    MODELS,
    OWN_MEANING,
    SHARED,
    shared_columns,
    stale_files,
    with_contract,
    with_meanings,
)
from eros_assets.warehouse.dbt_run import PROJECT_DIR

TEXT = (PROJECT_DIR / "models" / "performance" / "fct_sends.yml").read_text(encoding="utf-8")


def model(text: str) -> dict:
    return yaml.safe_load(text)["models"][0]


def conditions(text: str, name: str) -> list[str]:
    tests = [test["holds"] for test in model(text)["data_tests"] if "holds" in test]
    return next(test["arguments"]["conditions"] for test in tests if test["name"] == name)


def test_committed_files_are_current() -> None:
    assert list(stale_files()) == [], "run `python -m eros_assets.warehouse.dbt_docs`"


def test_every_contract_of_a_dbt_table_is_written() -> None:
    assert {"fct_sends", "int_captions", "creator_health", "caption_pool_performance"} <= set(MODELS)
    for table in MODELS.values():
        found = model((PROJECT_DIR / "models" / table.schema / f"{table.name}.yml").read_text(encoding="utf-8"))
        assert found["description"] == table.doc
        assert [column["name"] for column in found["columns"]] == table.column_names


def test_a_changed_contract_changes_its_own_parts_and_nothing_else() -> None:
    kept = [replace(c, required=False) if c.name == "channel_key" else c for c in FCT_SENDS.columns if c.name != "rpr"]
    added = Column("mood", "VARCHAR", 'what the text is like, "warm" for one', required=True)
    changed = replace(FCT_SENDS, key=("send_key", "mood"), columns=(*kept, added), doc="Sends.")
    text = with_contract(TEXT, changed)
    before, after = model(TEXT), model(text)
    assert after["description"] == "Sends."
    assert after["data_tests"][0]["key"]["arguments"]["columns"] == ["send_key", "mood"]
    assert [c["name"] for c in after["columns"]] == changed.column_names
    assert after["columns"][-1]["description"] == 'What the text is like, "warm" for one.'
    old, new = (set(conditions(t, "fct_sends_holds")) for t in (TEXT, text))
    assert new - old == {"mood is not null"}
    assert old - new == {"channel_key is not null"}
    assert conditions(text, "fct_sends_plausible") == conditions(TEXT, "fct_sends_plausible")
    tests = [{c["name"]: c["data_tests"] for c in m["columns"] if "data_tests" in c} for m in (before, after)]
    assert tests[0] == tests[1] and "send_type_key" in tests[0]
    assert yaml.safe_load(text)["unit_tests"] == yaml.safe_load(TEXT)["unit_tests"]
    assert with_contract(text, FCT_SENDS) == TEXT


def test_tests_of_a_column_that_is_gone_are_not_lost_unseen() -> None:
    without = replace(FCT_SENDS, columns=tuple(c for c in FCT_SENDS.columns if c.name != "channel_key"))
    with pytest.raises(ValueError, match=r"tests channel_key, which performance\.fct_sends does not have"):
        with_contract(TEXT, without)


def test_conditions_of_other_lists_stay_and_those_of_the_first_are_the_contracts() -> None:
    other = TEXT.replace('- "viewed_count <= sent_count"', '- "price is not null"')
    first = TEXT.replace('- "sent_hour between 0 and 23"', '- "sent_hour between 0 and 24"')
    assert "price is not null" in conditions(with_contract(other, FCT_SENDS), "fct_sends_plausible")
    assert first != TEXT and with_contract(first, FCT_SENDS) == TEXT


def test_allowed_values_are_described_and_checked() -> None:
    share, count, cost, kind, text = columns(
        """
        share DOUBLE! [0–1] how much
        count BIGINT [≥ 0] how many
        cost DOUBLE [> 0.5] dollars
        kind VARCHAR! [paid | free] kind of page
        text VARCHAR page_name [as written]
        """
    )
    assert [c.condition for c in (share, count, cost)] == ["share between 0 and 1", "count >= 0", "cost > 0.5"]
    assert (kind.condition, text.condition) == ("kind in ('paid', 'free')", "")
    assert (kind.description, text.description) == ("Kind of page (paid, free).", "page_name [as written].")
    table = replace(FCT_SENDS, columns=(share, count, kind), checks=("count > share",))
    never_null = ["share is not null", "kind is not null"]
    assert table.conditions == [*never_null, share.condition, count.condition, kind.condition, "count > share"]


@pytest.mark.parametrize("line", ["share DOUBLE!", "share", "share DOUBLE [0–1]"])
def test_a_line_that_is_no_column_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a column: 'share"):
        columns(line)


def test_values_of_contracts_and_yaml_are_the_configured_ones() -> None:
    settings = load_settings()
    tier = next(column for column in CREATOR_HEALTH.columns if column.name == "volume_tier")
    channel = next(column for column in model(TEXT)["columns"] if column["name"] == "channel_key")
    assert tier.allowed.split(" | ") == [row.key for row in settings.volume.tiers]
    [accepted] = channel["data_tests"]
    assert accepted["accepted_values"]["arguments"]["values"] == [row.key for row in settings.audiences.channels]


def test_models_without_a_contract_share_its_meanings_but_keep_their_own() -> None:
    text = (PROJECT_DIR / "models" / "staging" / "stg_sends.yml").read_text(encoding="utf-8")
    shared = shared_columns("stg_sends", SHARED["stg_sends"])
    assert shared["sent_count"] in frames.RAW_SENDS.columns and shared["sent_at"] in FCT_SENDS.columns
    changed = shared | {"sent_count": Column("sent_count", "BIGINT", "how many got it")}
    before, after = (
        {c["name"]: c["description"] for c in model(t)["columns"]} for t in (text, with_meanings(text, changed))
    )
    assert after == before | {"sent_count": "How many got it."} != before
    assert before["earnings"] == "Dollars, 0 when the export has none."


def test_every_shared_meaning_and_every_exception_is_of_a_column_there() -> None:
    assert not set(SHARED) & set(MODELS)
    for name, tables in SHARED.items():
        [path] = (PROJECT_DIR / "models").glob(f"*/{name}.yml")
        present = {column["name"] for column in model(path.read_text(encoding="utf-8"))["columns"]}
        for table in tables:
            assert table in TABLES and present & set(table.column_names), (name, table.name)
        assert OWN_MEANING.get(name, set()) <= present & {c for table in tables for c in table.column_names}


def test_a_file_without_a_part_to_replace_is_refused() -> None:
    with pytest.raises(ValueError, match=r"fct_sends\.yml has no line 'conditions:'"):
        with_contract(TEXT.replace("            conditions:", "            checks:"), FCT_SENDS)
