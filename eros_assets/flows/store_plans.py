"""Storing what the planner made: one transaction per week, partition replaced per creator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd

from eros_assets.domain.frames import SCHEDULE, SCHEDULE_ITEM, SCHEDULE_VERDICTS
from eros_assets.planning.plan import PlanResult
from eros_assets.planning.week.tables import STAGES
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, ensure_table, insert, read, replace_partition, transaction

FINAL_STATUSES = ("published", "superseded", "completed")


def store_plans(settings: Settings, week_start: date, plans: Sequence[PlanResult]) -> dict[str, pd.DataFrame]:
    """Store the shards' results of one week; returns what was written, by asset name.

    A plan equal to the stored one (same content hash) keeps its version, its row and its published
    status, unless it was not published yet and its verdict changed; a different one is a new
    version beside it.
    """
    frames = {
        name: pd.concat([getattr(plan, name) for plan in plans], ignore_index=True)
        for name in (*STAGES, "schedule", "items", "verdicts")
    }
    creators = frames["schedule"]["creator_id"].tolist()
    where: dict[str, list[object]] = {"week_start": [week_start], "creator_id": creators}

    def body(connection: duckdb.DuckDBPyConnection) -> None:
        for name, table in STAGES.items():
            replace_partition(connection, table, frames[name], where)
        for table in (SCHEDULE, SCHEDULE_ITEM):
            ensure_table(connection, table)
        stored = read(
            connection, "SELECT schedule_id, status FROM planning.schedule WHERE week_start = ?", [week_start]
        )
        status = frames["schedule"]["schedule_id"].map(stored.set_index("schedule_id")["status"])
        is_new = status.isna() | (~status.isin(FINAL_STATUSES) & (status != frames["schedule"]["status"]))
        changed = frames["schedule"].loc[is_new, "schedule_id"].tolist()
        for table in (SCHEDULE, SCHEDULE_ITEM):
            connection.execute(f"DELETE FROM {table.full_name} WHERE list_contains(?, schedule_id)", [changed])
        insert(connection, SCHEDULE, frames["schedule"][is_new])
        insert(connection, SCHEDULE_ITEM, frames["items"][frames["items"]["schedule_id"].isin(changed)])
        replace_partition(connection, SCHEDULE_VERDICTS, frames["verdicts"], where)

    with connect(settings) as connection:
        transaction(settings, connection, body)
    return {name: frames[name] for name in STAGES} | {
        "schedule": frames["schedule"],
        "schedule_verdicts": frames["verdicts"],
    }
