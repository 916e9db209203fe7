"""The code location loads cleanly and says the same thing everywhere."""

from __future__ import annotations

import difflib
import subprocess
import sys
import tomllib
from pathlib import Path

import dagster as dg
import yaml

from eros_assets.definitions import build_defs
from tests.pipeline.definitions_snapshot import SNAPSHOT, snapshot_lines

ROOT = Path(__file__).resolve().parents[2]


def test_workspace_and_dg_name_the_same_module() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    module = project["tool"]["dg"]["project"]["code_location_target_module"]
    assert workspace["load_from"] == [{"python_module": module}]


def test_definitions_load_without_any_warning() -> None:
    code = "from eros_assets.definitions import defs; import dagster as dg; dg.Definitions.validate_loadable(defs)"
    ignored = ["-W", "ignore:sqlglotrs is deprecated:DeprecationWarning"]  # a dependency's own, nothing of ours
    done = subprocess.run(
        [sys.executable, "-W", "default", *ignored, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr


def test_groups_are_the_rooms_of_the_house() -> None:
    graph = build_defs().resolve_asset_graph()
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()}
    assert groups == {
        "raw", "reference", "staging", "intermediate", "performance", "scoring",
        "planning", "publishing", "digests", "governance", "maintenance",
    }  # fmt: skip


def test_there_are_no_stub_assets_and_every_asset_says_what_it_is() -> None:
    graph = build_defs().resolve_asset_graph()
    external = {key.to_user_string() for key in graph.external_asset_keys}
    assert external == {"publishing/creator_schedule"}
    nameless = [key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).description]
    assert nameless == []
    assert all(graph.get(key).owners for key in graph.executable_asset_keys)


def test_lineage_runs_from_exports_to_published_schedules() -> None:
    graph = build_defs().resolve_asset_graph()
    seen: set[dg.AssetKey] = set()
    todo = [dg.AssetKey(["publishing", "creator_schedule"])]
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo += graph.get(key).parent_keys
    names = {key.to_user_string() for key in seen}
    assert {
        "raw/sends",
        "staging/stg_sends",
        "performance/fct_sends",
        "scoring/caption_scores",
        "planning/schedule",
    } <= names


def test_every_writer_waits_for_the_one_pool() -> None:
    definitions = build_defs()
    writers = [a for a in definitions.assets or [] if isinstance(a, dg.AssetsDefinition)]
    pools = {a.node_def.name: a.op.pool if hasattr(a.node_def, "compute_fn") else "graph" for a in writers}
    assert {name for name, pool in pools.items() if pool not in ("lake_writer", "graph")} <= {
        "digests__daily_digest", "digests__site",
    }  # fmt: skip


def test_assets_checks_jobs_schedules_and_sensors_are_those_written_down() -> None:
    written = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    found = snapshot_lines(build_defs())
    changes = list(difflib.unified_diff(written, found, "definitions.txt", "code", n=0, lineterm=""))
    assert not changes, "\n".join(["meant? then `make snapshot`", *changes])
