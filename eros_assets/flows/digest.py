"""The daily digest from the lake to files under ``$EROS_HOME/digests/<day>/``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.figures import settled_before
from eros_assets.flows.publish_files import write_files
from eros_assets.ingest.faults import REPAIRS
from eros_assets.reports.digest import build_digest, digest_files
from eros_assets.reports.digest_model import Digest
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read_table, table_exists

# Days of planned items behind (pins) and ahead (caption advice).
PINNED_DAYS = 4
AHEAD_DAYS = 10
NEWEST = "newest"


class DigestNotReadyError(RuntimeError):
    """The performance tables of the day are not made yet."""


def make_digest(settings: Settings, day: date | None = None, *, now: datetime | None = None) -> Digest:
    """Digest of the morning after ``day`` (default: the newest as-of day); ``now`` is UTC.

    Raises:
        DigestNotReadyError: when the day has no performance tables.
    """
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    with connect(settings, read_only=True) as connection:
        newest = _newest_day(connection, day)
        return build_digest(
            settings,
            as_of_date=newest,
            now=moment,
            creators=read_table(connection, frames.RAW_CREATORS),
            sends=read_table(
                connection,
                frames.FCT_SENDS,
                "send_date BETWEEN ? AND ?",
                [oldest_send_day(settings, newest), newest],
            ),
            health=_as_of(connection, frames.CREATOR_HEALTH, newest),
            send_types=_as_of(connection, frames.SEND_TYPE_PERFORMANCE, newest),
            content_types=_as_of(connection, frames.CONTENT_TYPE_PERFORMANCE, newest),
            schedules=read_table(connection, frames.SCHEDULE, "status = 'published'"),
            items=read_table(
                connection,
                frames.SCHEDULE_ITEM,
                "schedule_id IN (SELECT schedule_id FROM planning.schedule WHERE status = 'published')"
                " AND scheduled_date BETWEEN ? AND ?",
                [newest - timedelta(days=PINNED_DAYS), newest + timedelta(days=AHEAD_DAYS)],
            ),
            page_metrics=read_table(connection, frames.RAW_PAGE_METRICS, "metric_date <= ?", [newest]),
            ledger=read_table(connection, frames.RAW_LEDGER),
            quarantine=read_table(connection, frames.RAW_QUARANTINE),
            contradictions=contradictions(connection),
        )


def oldest_send_day(settings: Settings, as_of: date) -> date:
    """First day whose sends some window of the digest holds: the longest one ends with the last settled day."""
    last = settled_before(pd.Timestamp(as_of), settings) - pd.Timedelta(seconds=1)
    reach = max(*settings.digest.horizons, settings.scoring.decay["creator"].window)
    return last.date() - timedelta(days=reach - 1)


def publish_digest(settings: Settings, day: date, *, now: datetime) -> tuple[Digest, Path]:
    """Build the digest of ``day`` and write its pages; returns it and its folder.

    The newest day's pages stand under ``newest`` too, the address that calendars link to: a calendar is
    written once for its week, digests come every day.
    """
    digest = make_digest(settings, day, now=now)
    files = digest_files(digest)
    folder = settings.paths.digests / day.isoformat()
    write_files(folder, files)
    if day >= max(digest_days(settings)):
        write_files(settings.paths.digests / NEWEST, files)
    return digest, folder


def digest_days(settings: Settings) -> list[date]:
    """The days that have a digest, oldest first."""
    return sorted(
        date.fromisoformat(file.parent.name) for file in settings.paths.digests.glob("????-??-??/digest.json")
    )


def _newest_day(connection: duckdb.DuckDBPyConnection, day: date | None) -> date:
    name = frames.CREATOR_HEALTH.full_name
    if not table_exists(connection, name):
        raise DigestNotReadyError(f"{name} does not exist yet")
    row = connection.execute(
        f"SELECT max(as_of_date) FROM {name} WHERE $day IS NULL OR as_of_date = $day", {"day": day}
    ).fetchone()
    if row is None or row[0] is None:
        raise DigestNotReadyError(f"{name} has no rows for {day or 'any day'}")
    found: date = row[0]
    return found


def _as_of(connection: duckdb.DuckDBPyConnection, table: frames.Table, day: date) -> pd.DataFrame:
    return read_table(connection, table, "as_of_date = ?", [day])


def contradictions(connection: duckdb.DuckDBPyConnection) -> int:
    """How often figures of ``raw.sends`` were mended because they were impossible or contradicted each other."""
    names = [name for name, mended in REPAIRS.items() if mended.is_contradiction]
    row = connection.execute(
        "SELECT sum(len(list_intersect(string_split(_fixes, ','), $names))) FROM raw.sends", {"names": names}
    ).fetchone()
    return int(row[0] or 0) if row else 0
