"""The static site from the lake to ``$EROS_HOME/site``."""

from __future__ import annotations

import json

from eros_assets.domain import frames
from eros_assets.flows.digest import digest_days
from eros_assets.flows.publish_files import write_files
from eros_assets.reports.digest_model import Digest
from eros_assets.reports.site import site_files
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read_table


def publish_site(settings: Settings) -> int:
    """Write every page of the site; returns how many pages there are."""
    paths = settings.paths
    days = digest_days(settings)
    digest = None
    if days:
        newest_digest = paths.digests / days[-1].isoformat() / "digest.json"
        digest = Digest.model_validate_json(newest_digest.read_bytes())
    summary = json.loads(paths.run_summary.read_text(encoding="utf-8")) if paths.run_summary.exists() else None
    newest = "as_of_date = (SELECT max(as_of_date) FROM performance.creator_health)"
    with connect(settings, read_only=True) as connection:
        files = site_files(
            settings,
            schedules=read_table(connection, frames.SCHEDULE),
            verdicts=read_table(connection, frames.SCHEDULE_VERDICTS),
            creators=read_table(connection, frames.RAW_CREATORS),
            health=read_table(connection, frames.CREATOR_HEALTH, newest),
            coverage=read_table(connection, frames.GAP_COVERAGE),
            ledger=read_table(connection, frames.RAW_LEDGER),
            quarantine=read_table(connection, frames.RAW_QUARANTINE),
            digest=digest,
            digest_dates=days,
            run_summary=summary,
        )
    write_files(paths.site, files)
    return len(files)
