"""Group ``digests``: the daily digest and the static site."""

from datetime import date

import dagster as dg

from eros_assets.assets.metadata import OWNERS
from eros_assets.assets.partitions import daily
from eros_assets.assets.resources import Eros
from eros_assets.flows.digest import publish_digest
from eros_assets.flows.site import publish_site


@dg.asset(
    key=["digests", "daily_digest"],
    group_name="digests",
    owners=OWNERS,
    kinds={"python", "html"},
    partitions_def=daily,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[
        ["performance", name]
        for name in ("fct_sends", "creator_health", "send_type_performance", "content_type_performance")
    ]
    + [["raw", "ingest_ledger"], ["raw", "quarantine"]],
)
def daily_digest(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What happened, what works and what to do today, for the agency and every creator."""
    settings = eros.settings()
    for day in context.partition_keys:
        digest, folder = publish_digest(settings, date.fromisoformat(day), now=eros.clock())
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(folder / "index.html")),
            "creators": len(digest.creators),
            "recommendations": len(digest.agency.recommendations),
        }
    )


@dg.asset(
    key=["digests", "site"],
    group_name="digests",
    owners=OWNERS,
    kinds={"html"},
    deps=[["publishing", "published_schedules"], ["digests", "daily_digest"]],
)
def site(eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Static pages: dashboard, creators with their weeks, held creators, quarantine, digests."""
    settings = eros.settings()
    pages = publish_site(settings)
    return dg.MaterializeResult(
        metadata={"pages": pages, "index": dg.MetadataValue.path(str(settings.paths.site / "index.html"))}
    )
