"""Structural checks of the raw layer: no row lost, no key twice, quarantine within bounds."""

from collections.abc import Sequence

import dagster as dg

from eros_assets.assets.resources import Eros
from eros_assets.domain.frames import RAW_LEDGER, RAW_QUARANTINE, RAW_TABLES, Table
from eros_assets.warehouse.connection import connect, read

UNBALANCED = """
    SELECT file_name, rows_read, rows_loaded, rows_updated, rows_duplicate, rows_quarantined FROM raw.ingest_ledger
    WHERE rows_read <> rows_loaded + rows_updated + rows_duplicate + rows_quarantined ORDER BY file_name
"""


@dg.asset_check(asset=[RAW_LEDGER.schema, RAW_LEDGER.name], name="rows_balance", blocking=True)
def rows_balance(eros: Eros) -> dg.AssetCheckResult:
    """Rows read = loaded + updated + duplicate + quarantined, for every file ever read."""
    with connect(eros.settings(), read_only=True) as connection:
        wrong = read(connection, UNBALANCED)
    return dg.AssetCheckResult(
        passed=wrong.empty, metadata={"unbalanced_files": len(wrong), "files": wrong.head(20).to_dict("records")}
    )


@dg.asset_check(asset=[RAW_QUARANTINE.schema, RAW_QUARANTINE.name], name="quarantine_share")
def quarantine_share(eros: Eros) -> dg.AssetCheckResult:
    """No loaded file has more rows in quarantine than the alert share."""
    settings = eros.settings()
    with connect(settings, read_only=True) as connection:
        high = read(
            connection,
            "SELECT file_name, rows_read, rows_quarantined FROM raw.ingest_ledger WHERE status = 'loaded'"
            " AND rows_quarantined > ? * rows_read ORDER BY file_name",
            [settings.system.ingest.alert_quarantined_share],
        )
    return dg.AssetCheckResult(
        passed=high.empty, severity=dg.AssetCheckSeverity.WARN, metadata={"files": high.head(20).to_dict("records")}
    )


def build_key_check(table: Table) -> dg.AssetChecksDefinition:
    """Blocking check: the table's key is unique and its required columns hold no null."""

    @dg.asset_check(asset=[table.schema, table.name], name="key_and_nulls", blocking=True)
    def key_and_nulls(eros: Eros) -> dg.AssetCheckResult:
        key = ", ".join(table.key)
        nulls = " OR ".join(f'"{c.name}" IS NULL' for c in table.columns if c.required)
        with connect(eros.settings(), read_only=True) as connection:
            counts = read(
                connection,
                f"SELECT count(*) AS rows, count(DISTINCT ({key})) AS keys,"
                f" count(*) FILTER ({nulls}) AS nulls FROM {table.full_name}",
            ).iloc[0]
        twice = int(counts["rows"] - counts["keys"])
        return dg.AssetCheckResult(
            passed=twice == 0 and int(counts["nulls"]) == 0,
            metadata={"rows": int(counts["rows"]), "duplicate_keys": twice, "rows_with_nulls": int(counts["nulls"])},
        )

    return key_and_nulls


INGEST_CHECKS: Sequence[dg.AssetChecksDefinition] = [
    rows_balance,
    quarantine_share,
    *(build_key_check(table) for table in RAW_TABLES.values()),
]
