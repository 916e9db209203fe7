"""No new finding of dbt-project-evaluator's rules without a reason, and every rule finds what it is for."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from eros_assets.settings import Settings
from eros_assets.warehouse import dbt_run
from tests.dbt.evaluation import RULES, Row, findings, is_excused, read_exceptions, read_project

Manifest = dict[str, Any]
MODEL = "model.eros.{}".format


@pytest.fixture(scope="module")
def manifest(built: Settings) -> Manifest:
    return json.loads(dbt_run.prepare(built).read_text(encoding="utf-8"))


def test_every_finding_has_a_reason(manifest: Manifest) -> None:
    exceptions = read_exceptions()
    found = findings(read_project(manifest))
    assert [f for f in found if not any(is_excused(f, exception) for exception in exceptions)] == []


def test_every_exception_has_a_finding_and_a_reason(manifest: Manifest) -> None:
    found = findings(read_project(manifest))
    exceptions = read_exceptions()
    assert exceptions
    for exception in exceptions:
        assert exception["fct_name"] in RULES
        assert any(is_excused(finding, exception) for finding in found), exception
        assert len(exception["comment"]) > 20, exception


def node(manifest: Manifest, name: str) -> Manifest:
    return manifest["nodes"][MODEL(name)]


def reads(manifest: Manifest, name: str, *parents: str) -> None:
    node(manifest, name)["depends_on"]["nodes"].extend(parents)


def without_freshness(manifest: Manifest) -> None:
    manifest["sources"]["source.eros.raw.sends"]["freshness"] = None


def without_readers(manifest: Manifest) -> None:
    node(manifest, "stg_sends")["depends_on"]["nodes"].clear()


def with_second_reader(manifest: Manifest) -> None:
    reads(manifest, "fct_caption_daily", "source.eros.raw.sends")


def with_staging_on_staging(manifest: Manifest) -> None:
    reads(manifest, "stg_sends", MODEL("stg_creators"))


def with_hard_reference(manifest: Manifest) -> None:
    node(manifest, "fct_caption_daily")["raw_code"] += "\nunion all select * from raw.sends\n"


def with_many_parents(manifest: Manifest) -> None:
    reads(manifest, "fct_caption_daily", *(MODEL(f"int_creator_{n}") for n in ("fans", "horizons", "weekdays")))
    reads(manifest, "fct_caption_daily", *(MODEL(f"stg_{n}") for n in ("sends", "creators", "captions", "wall_posts")))


def with_rejoining(manifest: Manifest) -> None:
    reads(manifest, "fct_sends", MODEL("stg_wall_posts"))


def with_fanout(manifest: Manifest) -> None:
    for name in ("hour_performance", "length_performance", "creator_health"):
        reads(manifest, name, MODEL("fct_caption_daily"))


def with_chain_of_views(manifest: Manifest) -> None:
    chain = ["stg_sends", "int_sends", "fct_sends", "fct_creator_daily", "int_creator_fans"]
    for parent, child in zip(chain, [*chain[1:], "creator_health"], strict=True):
        node(manifest, parent)["config"]["materialized"] = "view"
        reads(manifest, child, MODEL(parent))


def with_wrong_name(manifest: Manifest) -> None:
    node(manifest, "stg_creators")["name"] = "creators"


def without_key(manifest: Manifest) -> None:
    for test in manifest["nodes"].values():
        if test["resource_type"] == "test" and test["name"] == "fct_sends_key":
            test["depends_on"]["macros"] = ["macro.dbt.test_unique"]


def without_description(manifest: Manifest) -> None:
    node(manifest, "fct_sends")["description"] = ""


def without_column_description(manifest: Manifest) -> None:
    node(manifest, "fct_sends")["columns"]["price"]["description"] = ""


def without_source_description(manifest: Manifest) -> None:
    manifest["sources"]["source.eros.raw.sends"]["description"] = ""


FAULTS: list[tuple[Callable[[Manifest], None], str, Row]] = [
    (without_freshness, "fct_sources_without_freshness", {"resource_name": "raw.sends"}),
    (without_readers, "fct_unused_sources", {"parent": "raw.sends"}),
    (without_readers, "fct_root_models", {"child": "stg_sends"}),
    (with_second_reader, "fct_source_fanout", {"parent": "raw.sends"}),
    (with_second_reader, "fct_direct_join_to_source", {"child": "fct_caption_daily"}),
    (
        with_second_reader,
        "fct_marts_or_intermediate_dependent_on_source",
        {"child": "fct_caption_daily", "parent": "raw.sends"},
    ),
    (with_staging_on_staging, "fct_staging_dependent_on_staging", {"child": "stg_sends", "parent": "stg_creators"}),
    (with_hard_reference, "fct_hard_coded_references", {"model": "fct_caption_daily"}),
    (with_many_parents, "fct_too_many_joins", {"resource_name": "fct_caption_daily"}),
    (
        with_rejoining,
        "fct_rejoining_of_upstream_concepts",
        {"parent": "stg_wall_posts", "child": "fct_sends", "parent_and_child": "int_sends"},
    ),
    (with_fanout, "fct_model_fanout", {"parent": "fct_caption_daily"}),
    (with_chain_of_views, "fct_chained_views_dependencies", {"child": "creator_health"}),
    (with_wrong_name, "fct_model_naming_conventions", {"resource_name": "creators"}),
    (without_key, "fct_missing_primary_key_tests", {"resource_name": "fct_sends"}),
    (without_description, "fct_undocumented_models", {"resource_name": "fct_sends"}),
    (without_source_description, "fct_undocumented_source_tables", {"resource_name": "raw.sends"}),
    (without_column_description, "undocumented_columns", {"resource_name": "fct_sends"}),
]


def test_every_rule_is_tried() -> None:
    assert {rule for _, rule, _ in FAULTS} == set(RULES)


@pytest.mark.parametrize(("spoil", "rule", "row"), FAULTS, ids=[rule for _, rule, _ in FAULTS])
def test_a_fault_is_found(manifest: Manifest, spoil: Callable[[Manifest], None], rule: str, row: Row) -> None:
    spoiled = copy.deepcopy({key: manifest[key] for key in ("nodes", "sources")})
    assert (rule, row) not in findings(read_project(manifest))
    spoil(spoiled)
    assert (rule, row) in findings(read_project(spoiled))
    assert not any(is_excused((rule, row), exception) for exception in read_exceptions())
