"""Group ``raw``: export files become raw tables, quarantine and ledger."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import pandas as pd

from eros_assets.assets.metadata import preview, row_count, table_spec
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.domain.frames import RAW_LEDGER, RAW_TABLES
from eros_assets.flows.ingest import ingest_paths
from eros_assets.warehouse.connection import connect, ensure_raw_tables, read, transaction


class IngestConfig(dg.Config):
    """``paths``: files or folders to read instead of the inbox."""

    paths: list[str] = []


@dg.multi_asset(
    name="load_exports",
    specs=[table_spec(table, kinds={"python", "duckdb"}) for table in RAW_TABLES.values()],
    pool=LAKE_WRITER,
)
def ingest(context: dg.AssetExecutionContext, config: IngestConfig, eros: Eros) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Read every new export file; each row ends in a table or in quarantine with a reason."""
    settings = eros.settings()
    paths = [Path(path) for path in config.paths] or [settings.paths.inbox]
    settings.paths.inbox.mkdir(parents=True, exist_ok=True)
    reports = ingest_paths(settings, paths, now=eros.clock(), progress=lambda report: context.log.info(str(report)))
    frame = pd.DataFrame([asdict(report) for report in reports])
    with connect(settings) as connection:
        transaction(settings, connection, ensure_raw_tables)
        for table in RAW_TABLES.values():
            rows = int(read(connection, f"SELECT count(*) AS n FROM {table.full_name}")["n"].iloc[0])
            metadata = row_count(rows)
            if table is RAW_LEDGER and len(frame):
                metadata |= {"files": preview(frame), "files_read": len(frame)}
            yield dg.MaterializeResult(asset_key=[table.schema, table.name], metadata=metadata)
