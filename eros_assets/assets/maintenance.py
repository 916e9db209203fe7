"""Group ``maintenance``: keep the lake small and fast."""

import dagster as dg

from eros_assets.assets.metadata import OWNERS
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.warehouse.maintenance import maintain


@dg.asset(
    key=["maintenance", "lake_maintenance"], group_name="maintenance", owners=OWNERS, kinds={"duckdb"}, pool=LAKE_WRITER
)
def lake_maintenance(eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Merge small data files, expire snapshots older than the retention, delete files nobody needs."""
    settings = eros.settings()
    return dg.MaterializeResult(metadata=maintain(settings, eros.clock()))
