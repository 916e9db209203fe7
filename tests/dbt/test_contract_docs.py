"""What contracts say of tables that dbt builds stands in dbt's YAML, and only there by hand what they do not say."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from eros_assets.domain.frames import FCT_SENDS, Column
from eros_assets.warehouse.dbt_docs import MODELS, stale_files, with_contract
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


def test_conditions_of_other_lists_stay_although_they_say_never_null() -> None:
    text = TEXT.replace('- "viewed_count <= sent_count"', '- "price is not null"')
    assert "price is not null" in conditions(with_contract(text, FCT_SENDS), "fct_sends_plausible")


def test_a_file_without_a_part_to_replace_is_refused() -> None:
    with pytest.raises(ValueError, match=r"fct_sends\.yml has no line 'conditions:'"):
        with_contract(TEXT.replace("            conditions:", "            checks:"), FCT_SENDS)
