"""Rules of dbt-project-evaluator, read off its documentation and applied to dbt's manifest.

The package needs a hub to be installed from, so its questions that bear on this project are asked here.
Each rule has the package's name (``fct_…``) and reports the package's columns, so that the exceptions in
``evaluation/dbt_project_evaluator_exceptions.csv`` serve both; names and key tests of this project stand in
``dbt_project.yml`` under the package's variables. Not asked: folders per source (there is one source),
exposures, metrics, contracts and groups (there are none).
"""

from __future__ import annotations

import csv
import fnmatch
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from eros_assets.warehouse.dbt_run import PROJECT_DIR

EXCEPTIONS = PROJECT_DIR / "evaluation" / "dbt_project_evaluator_exceptions.csv"
MANY_PARENTS = 7
MANY_LEAVES = 3
LONG_CHAIN = 5
Row = dict[str, str]


@dataclass(frozen=True)
class Project:
    """A manifest with the relations its rules ask for; nodes are named as in ``ref`` and ``raw.sends``."""

    manifest: dict[str, Any]
    conventions: dict[str, Any]

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        return {n["name"]: n for n in self.manifest["nodes"].values() if n["resource_type"] == "model"}

    @property
    def sources(self) -> dict[str, dict[str, Any]]:
        return {f"{n['source_name']}.{n['name']}": n for n in self.manifest["sources"].values()}

    @property
    def parents(self) -> dict[str, set[str]]:
        """Models, seeds and sources that each model reads."""
        name = {n["unique_id"]: key for key, n in self.sources.items()}
        name |= {key: node["name"] for key, node in self.manifest["nodes"].items()}
        return {key: {name[parent] for parent in n["depends_on"]["nodes"]} for key, n in self.models.items()}

    @property
    def children(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for child, parents in self.parents.items():
            for parent in parents:
                found[parent].add(child)
        return found

    def layer(self, model: str) -> str:
        return self.models[model]["fqn"][1]


def read_project(manifest: dict[str, Any]) -> Project:
    """The manifest with this project's conventions."""
    settings = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return Project(manifest, settings["vars"]["dbt_project_evaluator"])


def sources_without_freshness(project: Project) -> Iterator[Row]:
    for name, node in project.sources.items():
        freshness = node["freshness"] or {}
        if not (
            node["loaded_at_field"]
            and any((freshness.get(k) or {}).get("count") for k in ("warn_after", "error_after"))
        ):
            yield {"resource_name": name}


def unused_sources(project: Project) -> Iterator[Row]:
    yield from ({"parent": name} for name in project.sources if not project.children[name])


def source_fanout(project: Project) -> Iterator[Row]:
    yield from ({"parent": name} for name in project.sources if len(project.children[name]) > 1)


def source_joins(project: Project) -> Iterator[Row]:
    """Models that read a source and something else."""
    sources = set(project.sources)
    yield from ({"child": c} for c, parents in project.parents.items() if parents & sources and len(parents) > 1)


def late_sources(project: Project) -> Iterator[Row]:
    """Sources read outside staging."""
    sources = set(project.sources)
    for child, parents in project.parents.items():
        if project.layer(child) != "staging":
            yield from ({"child": child, "parent": parent} for parent in parents & sources)


def staging_on_models(project: Project) -> Iterator[Row]:
    models = set(project.models)
    for child, parents in project.parents.items():
        if project.layer(child) == "staging":
            yield from ({"child": child, "parent": parent} for parent in parents & models)


def root_models(project: Project) -> Iterator[Row]:
    yield from ({"child": child} for child, parents in project.parents.items() if not parents)


def hard_coded_references(project: Project) -> Iterator[Row]:
    for name, node in project.models.items():
        if re.search(
            r"(?i)(?<!distinct )\b(from|join)\s+[\"'`]?\w+[\"'`]?\.[\"'`]?\w+[\"'`]?(?=\s|$)", node["raw_code"]
        ):
            yield {"model": name}


def too_many_joins(project: Project) -> Iterator[Row]:
    yield from ({"resource_name": c} for c, parents in project.parents.items() if len(parents) >= MANY_PARENTS)


def rejoinings(project: Project) -> Iterator[Row]:
    """A model reads a parent directly and through another model that only it reads."""
    parents, children = project.parents, project.children
    for child, direct in parents.items():
        for between in direct & set(parents):
            if children[between] == {child}:
                for parent in parents[between] & direct:
                    yield {"parent": parent, "child": child, "parent_and_child": between}


def model_fanout(project: Project) -> Iterator[Row]:
    """Parents of many models that nothing reads."""
    leaves = {name for name in project.models if not project.children[name]}
    yield from ({"parent": p} for p, c in project.children.items() if len(c & leaves) >= MANY_LEAVES)


def chained_views(project: Project) -> Iterator[Row]:
    """Models behind a long chain of views."""

    def length(name: str) -> int:
        above = [parent for parent in project.parents[name] if parent in project.models]
        views = [p for p in above if project.models[p]["config"]["materialized"] in ("view", "ephemeral")]
        return max((1 + length(parent) for parent in views), default=0)

    yield from ({"child": name} for name in project.models if length(name) >= LONG_CHAIN)


def naming(project: Project) -> Iterator[Row]:
    conventions = project.conventions
    prefixes = {
        "staging": ("stg_",),
        "intermediate": ("int_",),
        conventions["marts_folder_name"]: tuple(conventions["marts_prefixes"]),
    }
    for name in project.models:
        if not name.startswith(prefixes.get(project.layer(name), ())):
            yield {"resource_name": name}


def missing_keys(project: Project) -> Iterator[Row]:
    """Models on no column, or on no set of columns, of which all tests of a primary key stand."""
    tests: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for node in project.manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            tests[node["attached_node"], node["column_name"]] |= set(node["depends_on"]["macros"])
    keys = [{f"macro.{name}" for name in key} for key in project.conventions["primary_key_test_macros"]]
    for name, node in project.models.items():
        own = [macros for (model, _), macros in tests.items() if model == node["unique_id"]]
        if not any(key <= macros for macros in own for key in keys):
            yield {"resource_name": name}


def undocumented(project: Project) -> Iterator[Row]:
    yield from ({"resource_name": name} for name, node in project.models.items() if not node["description"])


def undocumented_sources(project: Project) -> Iterator[Row]:
    yield from ({"resource_name": name} for name, node in project.sources.items() if not node["description"])


def undocumented_columns(project: Project) -> Iterator[Row]:
    for name, node in project.models.items():
        if not node["columns"] or not all(column["description"] for column in node["columns"].values()):
            yield {"resource_name": name}


RULES: dict[str, Callable[[Project], Iterator[Row]]] = {
    "fct_sources_without_freshness": sources_without_freshness,
    "fct_unused_sources": unused_sources,
    "fct_source_fanout": source_fanout,
    "fct_direct_join_to_source": source_joins,
    "fct_marts_or_intermediate_dependent_on_source": late_sources,
    "fct_staging_dependent_on_staging": staging_on_models,
    "fct_root_models": root_models,
    "fct_hard_coded_references": hard_coded_references,
    "fct_too_many_joins": too_many_joins,
    "fct_rejoining_of_upstream_concepts": rejoinings,
    "fct_model_fanout": model_fanout,
    "fct_chained_views_dependencies": chained_views,
    "fct_model_naming_conventions": naming,
    "fct_missing_primary_key_tests": missing_keys,
    "fct_undocumented_models": undocumented,
    "fct_undocumented_source_tables": undocumented_sources,
    "undocumented_columns": undocumented_columns,
}


def findings(project: Project) -> list[tuple[str, Row]]:
    """Every finding as rule and row, exceptions included."""
    return [(rule, row) for rule, find in RULES.items() for row in find(project)]


def read_exceptions(path: Path = EXCEPTIONS) -> list[Row]:
    """The rows of the seed: rule, column, pattern (as of LIKE) and reason."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_excused(finding: tuple[str, Row], exception: Row) -> bool:
    """Whether the exception is of the finding's rule and its pattern fits the finding's column."""
    rule, row = finding
    pattern = exception["id_to_exclude"].replace("%", "*").replace("_", "?")
    return rule == exception["fct_name"] and fnmatch.fnmatchcase(row.get(exception["column_name"], ""), pattern)
