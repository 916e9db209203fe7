"""Group ``publishing``: approved schedules become files; one entry per creator in the UI."""

from datetime import date

import dagster as dg

from eros_assets.assets.metadata import OWNERS
from eros_assets.assets.partitions import published_creators, weekly
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.flows.publish_week import PublishedWeek, publish_week

CREATOR_SCHEDULE_KEY = dg.AssetKey(["publishing", "creator_schedule"])

creator_schedule = dg.AssetSpec(
    CREATOR_SCHEDULE_KEY,
    group_name="publishing",
    owners=OWNERS,
    kinds={"html"},
    deps=[["publishing", "published_schedules"]],
    partitions_def=published_creators,
    description="The newest published week of each creator: week, items, expected revenue, verdicts, link.",
)


@dg.asset(
    key=["publishing", "published_schedules"],
    group_name="publishing",
    owners=OWNERS,
    kinds={"python", "html"},
    partitions_def=weekly,
    deps=[["planning", "schedule"], ["planning", "schedule_verdicts"]],
    pool=LAKE_WRITER,
)
def published_schedules(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Export every schedule that may be published; held creators keep their last good version."""
    settings = eros.settings()
    week_start = date.fromisoformat(context.partition_key)
    week = publish_week(settings, week_start)
    _report_creators(context.instance, week)
    return dg.MaterializeResult(
        metadata={
            "published": len(week.published),
            "held": dg.MetadataValue.json(week.held),
            "waiting_for_review": dg.MetadataValue.json(week.waiting),
            "files_changed": week.files_changed,
            "folder": dg.MetadataValue.path(str(settings.paths.published / context.partition_key)),
        }
    )


def _report_creators(instance: dg.DagsterInstance, week: PublishedWeek) -> None:
    """One runless materialization per creator whose published files changed."""
    changed = [entry for entry in week.published if entry.changed]
    instance.add_dynamic_partitions(published_creators.name or "", [entry.page_name for entry in changed])
    for entry in changed:
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                CREATOR_SCHEDULE_KEY,
                partition=entry.page_name,
                metadata={
                    "week": str(week.week_start),
                    "items": entry.items,
                    "expected_revenue": entry.expected_revenue,
                    "errors": entry.errors,
                    "warnings": entry.warnings,
                    "page": dg.MetadataValue.path(str(entry.folder / "schedule.html")),
                },
            )
        )
