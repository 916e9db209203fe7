"""Compaction and snapshot expiry of the lake."""

from __future__ import annotations

from datetime import datetime, timedelta

from eros_assets.settings import Settings
from eros_assets.warehouse.connection import LAKE, connect, retry


def maintain(settings: Settings, now: datetime) -> dict[str, int]:
    """Compact files and expire snapshots older than ``warehouse.snapshot_days``; returns file and snapshot counts."""
    before = now - timedelta(days=settings.system.warehouse.snapshot_days)
    with connect(settings) as connection:

        def count(query: str) -> int:
            row = connection.execute(query).fetchone()
            return int(row[0]) if row else 0

        snapshots = count(f"SELECT count(*) FROM ducklake_snapshots('{LAKE}')")
        retry(settings, lambda: connection.execute(f"CALL ducklake_merge_adjacent_files('{LAKE}')"))
        retry(
            settings,
            lambda: connection.execute(
                f"CALL ducklake_expire_snapshots('{LAKE}', older_than => TIMESTAMP '{before:%Y-%m-%d %H:%M:%S}')"
            ),
        )
        retry(
            settings,
            lambda: connection.execute(
                f"CALL ducklake_cleanup_old_files('{LAKE}', older_than => TIMESTAMP '{before:%Y-%m-%d %H:%M:%S}')"
            ),
        )
        kept = count(f"SELECT count(*) FROM ducklake_snapshots('{LAKE}')")
    return {"snapshots_before": snapshots, "snapshots_after": kept}
