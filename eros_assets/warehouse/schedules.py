"""Stored schedules: newest versions, their items and verdicts, their status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd

from eros_assets.domain.figures import IN_FORCE
from eros_assets.domain.frames import SCHEDULE, SCHEDULE_ITEM, SCHEDULE_VERDICTS
from eros_assets.warehouse.connection import read


def set_status(connection: duckdb.DuckDBPyConnection, week_start: date, published: Sequence[str]) -> None:
    """Mark schedules published and the creators' earlier published versions superseded."""
    connection.execute(
        "UPDATE planning.schedule SET status = 'superseded' WHERE week_start = ? AND status = 'published'"
        " AND NOT list_contains(?, schedule_id)"
        " AND creator_id IN (SELECT creator_id FROM planning.schedule WHERE list_contains(?, schedule_id))",
        [week_start, list(published), list(published)],
    )
    connection.execute(
        "UPDATE planning.schedule SET status = 'published'"
        " WHERE status <> 'published' AND list_contains(?, schedule_id)",
        [list(published)],
    )


def newest_schedules(
    connection: duckdb.DuckDBPyConnection, week_start: date
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Schedules (newest version per creator), their items and verdicts of one week."""
    schedules = read(
        connection,
        "SELECT * FROM planning.schedule WHERE week_start = ?"
        " QUALIFY row_number() OVER (PARTITION BY creator_id ORDER BY version DESC) = 1 ORDER BY page_name",
        [week_start],
    )
    verdicts = read(
        connection,
        "SELECT * FROM planning.schedule_verdicts WHERE list_contains(?, schedule_id)"
        " ORDER BY creator_id, rule, item_id, message",
        [schedules["schedule_id"].tolist()],
    )
    return SCHEDULE.conform(schedules), _items(connection, schedules), SCHEDULE_VERDICTS.conform(verdicts)


def schedules_in_force(connection: duckdb.DuckDBPyConnection, week_start: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Schedules of one week that pages send by, with their items: of a held page the last good version."""
    schedules = read(
        connection,
        "SELECT * FROM planning.schedule WHERE week_start = ? AND list_contains(?, status) ORDER BY page_name",
        [week_start, list(IN_FORCE)],
    )
    return SCHEDULE.conform(schedules), _items(connection, schedules)


def _items(connection: duckdb.DuckDBPyConnection, schedules: pd.DataFrame) -> pd.DataFrame:
    items = read(
        connection,
        "SELECT * FROM planning.schedule_item WHERE list_contains(?, schedule_id)"
        " ORDER BY schedule_id, scheduled_at, item_id",
        [schedules["schedule_id"].tolist()],
    )
    return SCHEDULE_ITEM.conform(items)
