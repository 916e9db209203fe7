"""What the code location registers, as lines: one asset, check, job, schedule or sensor each.

``python -m tests.pipeline.definitions_snapshot`` writes them to ``definitions.txt`` beside this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from eros_assets.definitions import build_defs

SNAPSHOT = Path(__file__).with_name("definitions.txt")


def snapshot_lines(definitions: dg.Definitions) -> list[str]:
    """The registered parts with what a change of behaviour would show in."""
    graph = definitions.resolve_asset_graph()
    return [
        *_assets(graph),
        *_checks(graph),
        *_jobs(definitions),
        *_schedules(definitions),
        *_sensors(definitions),
    ]


def _assets(graph) -> Iterator[str]:
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        partitions = type(node.partitions_def).__name__ if node.partitions_def else "whole"
        external = "" if node.is_executable else " external"
        yield f"asset {key.to_user_string()} ({node.group_name}, {partitions}{external})"
        yield from (f"asset {key.to_user_string()} < {parent.to_user_string()}" for parent in sorted(node.parent_keys))


def _checks(graph) -> Iterator[str]:
    for key in sorted(graph.asset_check_keys, key=lambda key: (key.asset_key.to_user_string(), key.name)):
        blocking = " blocking" if graph.get(key).blocking else ""
        yield f"check {key.asset_key.to_user_string()}: {key.name}{blocking}"


def _jobs(definitions: dg.Definitions) -> Iterator[str]:
    for job in sorted(definitions.resolve_all_job_defs(), key=lambda job: job.name):
        if job.name.startswith("__"):
            continue
        for key in sorted(job.asset_layer.selected_asset_keys):
            yield f"job {job.name}: {key.to_user_string()}"


def _schedules(definitions: dg.Definitions) -> Iterator[str]:
    for one in sorted(definitions.schedules or [], key=lambda one: one.name):
        resolved = definitions.get_repository_def().get_schedule_def(one.name)
        yield f"schedule {one.name}: {resolved.cron_schedule} {resolved.execution_timezone}, job {resolved.job_name}"


def _sensors(definitions: dg.Definitions) -> Iterator[str]:
    for one in sorted(definitions.sensors or [], key=lambda one: one.name):
        yield f"sensor {one.name}: every {one.minimum_interval_seconds} s, job {one.job_name}"


if __name__ == "__main__":
    SNAPSHOT.write_text("\n".join(snapshot_lines(build_defs())) + "\n", encoding="utf-8")
