"""Names of repairs, flags and quarantine rules: each stands in one table, and each is given by something."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from eros_assets.flows.digest import contradictions
from eros_assets.flows.ingest import ingest_paths
from eros_assets.ingest.config import IngestConfig
from eros_assets.ingest.faults import FLAGS, QUARANTINE, REPAIRS
from eros_assets.settings import Settings, config_dir, read_config
from eros_assets.settings.types import ConfigError
from eros_assets.warehouse.connection import connect
from tests.ingest.conftest import NOW, Writer, send

ROOT = Path(__file__).resolve().parents[2] / "eros_assets"


def words() -> set[str]:
    """Every text of the readers of exports, but those of the tables themselves."""
    paths = [path for folder in ("ingest", "flows/ingest") for path in (ROOT / folder).glob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths if path.name != "faults.py"]
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("table", [REPAIRS, FLAGS, QUARANTINE], ids=["repairs", "flags", "quarantine"])
def test_every_name_is_given_by_something(table: dict[str, object]) -> None:
    assert sorted(set(table) - words()) == []


def test_no_reader_gives_a_name_that_no_table_has() -> None:
    places = {"fix": (1, REPAIRS), "flag": (1, FLAGS), "stop": (2, QUARANTINE), "stopped_rows": (3, QUARANTINE)}
    given = 0
    for folder in ("ingest", "flows/ingest"):
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = re.search(r"\w+$", ast.unparse(node.func)) if isinstance(node, ast.Call) else None
                if called and called.group() in places and isinstance(node, ast.Call):
                    at, table = places[called.group()]
                    name = node.args[at] if len(node.args) > at else None
                    if isinstance(name, ast.Constant):
                        given += 1
                        assert name.value in table, f"{path.name}:{node.lineno}"
    assert given > 40


def test_only_rules_that_exist_are_tried_again(tmp_path: Path) -> None:
    text = (config_dir() / "ingest.yaml").read_text(encoding="utf-8")
    other = tmp_path / "ingest.yaml"
    other.write_text(text.replace("retry_rules: [unknown_page,", "retry_rules: [unknown_pages,"), encoding="utf-8")
    with pytest.raises(ConfigError, match="retry_rules"):
        read_config(other, IngestConfig)


def test_contradictions_are_counted_once_per_repair(write: Writer, settings: Settings) -> None:
    rows = [
        send(ID="1", Viewed="1,200"),  # more opens than fans reached
        send(ID="2", Viewed="1,200", Purchased="1,300"),  # and more purchases than either
        send(ID="3", Sent="-1"),
        send(ID="4", Page="@Ada_Paid"),  # mended, but no contradiction
        send(ID="5"),
    ]
    ingest_paths(settings, [write("a__2026-02-21.csv", rows)], NOW)
    with connect(settings, read_only=True) as lake:
        assert contradictions(lake) == 4
