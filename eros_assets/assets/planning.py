"""Group ``planning``: the eight stages as eight assets of one graph, spread over creator shards.

``split_creators`` yields shards, ``plan_shard`` runs every stage for one shard with the pure
functions, ``store_plan`` collects and writes. In process it is one pass; on a distributed executor
the same graph spreads over workers.
"""

import time
from collections.abc import Iterator
from datetime import date

import dagster as dg

from eros_assets.assets.metadata import OWNERS, column_schema, preview, row_count
from eros_assets.assets.partitions import weekly
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.domain.frames import CAPTION_SCORES, SCHEDULE, SCHEDULE_VERDICTS, Table
from eros_assets.domain.learning.performance_evidence import EVIDENCE_TABLES
from eros_assets.flows.store_plans import store_plans
from eros_assets.planning.plan import PlanResult, plan_week
from eros_assets.planning.week import tables
from eros_assets.warehouse.connection import connect
from eros_assets.warehouse.inputs import load_plan_inputs, plannable_creators, schedule_versions

TABLES: dict[str, Table] = {**tables.STAGES, "schedule": SCHEDULE, "schedule_verdicts": SCHEDULE_VERDICTS}
"""What planning writes, by asset name."""
MADE_FROM: dict[str, list[str]] = {
    "send_type_allocation": ["performance_analysis"],
    "send_times": ["send_type_allocation"],
    "caption_selection": ["performance_analysis", "send_times"],
    "audience_targets": ["caption_selection"],
    "followups": ["audience_targets"],
    "schedule": ["followups"],
    "schedule_verdicts": ["schedule"],
}
"""The other stages an asset is made from; the first is made from what planning reads."""


READS = {table.name: dg.AssetKey([table.schema, table.name]) for table in (CAPTION_SCORES, *EVIDENCE_TABLES)}
"""Weekly tables that must stand before a week is planned."""


class PlanConfig(dg.Config):
    """``creators``: handles or ids to plan again; empty plans every active creator."""

    creators: list[str] = []


@dg.op(ins={name: dg.In(dg.Nothing) for name in READS}, out=dg.DynamicOut(list[str]))
def split_creators(
    context: dg.OpExecutionContext, config: PlanConfig, eros: Eros
) -> Iterator[dg.DynamicOutput[list[str]]]:
    """Cut the active creators into ``planning.shards`` shards of even size."""
    settings = eros.settings()
    with connect(settings, read_only=True) as connection:
        creators = plannable_creators(connection)
    if config.creators:
        wanted = creators["creator_id"].isin(config.creators) | creators["page_name"].isin(config.creators)
        unknown = set(config.creators) - set(creators["creator_id"]) - set(creators["page_name"])
        if unknown:
            raise dg.Failure(f"CREATOR_NOT_FOUND: {sorted(unknown)} are no active creators")
        creators = creators[wanted]
    ids = creators["creator_id"].tolist()
    shards = min(settings.system.planning.shards, max(len(ids), 1))
    context.log.info("planning %s creators in %s shards", len(ids), shards)
    for number in range(shards):
        yield dg.DynamicOutput(ids[number::shards], mapping_key=f"shard_{number}")


@dg.op
def plan_shard(context: dg.OpExecutionContext, eros: Eros, creator_ids: list[str]) -> PlanResult:
    """All eight stages for one shard of creators."""
    settings = eros.settings()
    week_start = date.fromisoformat(context.partition_key)
    with connect(settings, read_only=True) as connection:
        inputs = load_plan_inputs(connection, settings, week_start, eros.clock(), creator_ids)
        versions = schedule_versions(connection, creator_ids, week_start)
    return plan_week(inputs, settings, versions=versions, clock=time.perf_counter)


@dg.op(
    ins={"plans": dg.In(list[PlanResult])},
    out={name: dg.Out(dg.Nothing) for name in TABLES},
    pool=LAKE_WRITER,
)
def store_plan(context: dg.OpExecutionContext, eros: Eros, plans: list[PlanResult]) -> Iterator[dg.Output[None]]:
    """Write every stage's rows of the week, replacing the planned creators' partition."""
    written = store_plans(eros.settings(), date.fromisoformat(context.partition_key), plans)
    for name, frame in written.items():
        yield dg.Output(None, name, metadata={**row_count(len(frame)), "preview": preview(frame)})


@dg.graph(ins={name: dg.GraphIn() for name in READS}, out={name: dg.GraphOut() for name in TABLES})
def plan_graph(caption_scores, volume_triggers, low_frequency_winners, game_performance):  # type: ignore[no-untyped-def]
    """Split, plan, store."""
    shards = split_creators(
        caption_scores=caption_scores,
        volume_triggers=volume_triggers,
        low_frequency_winners=low_frequency_winners,
        game_performance=game_performance,
    )
    stored = store_plan(shards.map(plan_shard).collect())
    return {name: getattr(stored, name) for name in TABLES}


def _key(name: str) -> dg.AssetKey:
    return dg.AssetKey([TABLES[name].schema, name])


planning_assets = dg.AssetsDefinition.from_graph(
    plan_graph,
    keys_by_input_name=READS,
    keys_by_output_name={name: _key(name) for name in TABLES},
    internal_asset_deps={
        name: {_key(stage) for stage in MADE_FROM.get(name, ())} or set(READS.values()) for name in TABLES
    },
    partitions_def=weekly,
    group_name="planning",
    descriptions_by_output_name={name: table.doc for name, table in TABLES.items()},
    metadata_by_output_name={
        name: {"dagster/column_schema": column_schema(table), "dagster/table_name": f"lake.{table.full_name}"}
        for name, table in TABLES.items()
    },
    owners_by_output_name=dict.fromkeys(TABLES, OWNERS),
)
