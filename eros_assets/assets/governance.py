"""Group ``governance``: how every rule stands on the current schedules."""

from datetime import date

import dagster as dg

from eros_assets.assets.metadata import preview, row_count, table_spec
from eros_assets.assets.partitions import weekly
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.domain.frames import GAP_COVERAGE
from eros_assets.flows.gaps import store_gap_coverage


@dg.multi_asset(
    name="gap_coverage",
    specs=[table_spec(GAP_COVERAGE, deps=[["planning", "schedule_verdicts"]])],
    partitions_def=weekly,
    pool=LAKE_WRITER,
)
def gap_coverage(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Measure every registered rule over the week's schedules."""
    frame = store_gap_coverage(eros.settings(), [date.fromisoformat(context.partition_key)], now=eros.clock())
    return dg.MaterializeResult(metadata={**row_count(len(frame)), "gaps": preview(frame, 60)})
