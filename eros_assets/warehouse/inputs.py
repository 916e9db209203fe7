"""From the lake to :class:`PlanInputs`: every table a planning run may read, as of one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.inputs import PlanInputs
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import current_snapshot, read, read_table, table_exists

RECENT_DAYS = 180
PAST_WEEKS = 8


class NotReadyError(RuntimeError):
    """A table or day that planning needs is not in the lake yet; the message says which step makes it."""


def latest_as_of(connection: duckdb.DuckDBPyConnection, week_start: date) -> date:
    """Newest ``as_of_date`` before the week; raises :class:`NotReadyError` when there is none."""
    name = frames.CREATOR_HEALTH.full_name
    if not table_exists(connection, name):
        raise NotReadyError(f"{name} is missing: run the daily job first")
    row = connection.execute(f"SELECT max(as_of_date) FROM {name} WHERE as_of_date < ?", [week_start]).fetchone()
    if row is None or row[0] is None:
        raise NotReadyError(f"{name} has no day before {week_start}: backfill the days before that week")
    return row[0] if isinstance(row[0], date) else date.fromisoformat(str(row[0])[:10])


def plannable_creators(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Active creators, by page name."""
    return read(connection, "SELECT * FROM raw.creators WHERE is_active ORDER BY page_name, creator_id")


def load_plan_inputs(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    week_start: date,
    now: datetime,
    creator_ids: Sequence[str] | None = None,
    *,
    with_scores: bool = True,
) -> PlanInputs:
    """Everything the planner reads for ``creator_ids`` (default: all active) and one week.

    Raises:
        NotReadyError: when a needed day or table is missing.
    """
    as_of = latest_as_of(connection, week_start)
    roster = plannable_creators(connection)
    creators = roster
    if creator_ids is not None:
        creators = creators[creators["creator_id"].isin(list(creator_ids))].reset_index(drop=True)
    ids = creators["creator_id"].tolist()

    def of_creators(table: frames.Table, where: str = "true", parameters: list[object] | None = None) -> pd.DataFrame:
        return read_table(connection, table, f"list_contains(?, creator_id) AND {where}", [ids, *(parameters or [])])

    def as_of_rows(table: frames.Table) -> pd.DataFrame:
        return of_creators(table, "as_of_date = ?", [as_of])

    scored = of_creators if with_scores else lambda table, *_: table.empty()
    return PlanInputs(
        week_start=week_start,
        as_of_date=as_of,
        data_snapshot=str(current_snapshot(connection)),
        now=now,
        creators=frames.RAW_CREATORS.conform(creators[frames.RAW_CREATORS.column_names]),
        roster=frames.RAW_CREATORS.conform(roster[frames.RAW_CREATORS.column_names]),
        personas=of_creators(frames.RAW_PERSONAS),
        vault=of_creators(frames.RAW_VAULT),
        captions=read_table(connection, frames.POOL_CAPTIONS),
        features=read_table(connection, frames.CAPTION_FEATURES),
        health=as_of_rows(frames.CREATOR_HEALTH),
        caption_performance=as_of_rows(frames.CAPTION_PERFORMANCE),
        send_type_performance=as_of_rows(frames.SEND_TYPE_PERFORMANCE),
        content_type_performance=as_of_rows(frames.CONTENT_TYPE_PERFORMANCE),
        hour_performance=as_of_rows(frames.HOUR_PERFORMANCE),
        length_performance=as_of_rows(frames.LENGTH_PERFORMANCE),
        caption_scores=scored(frames.CAPTION_SCORES, "week_start = ?", [week_start]),
        response_curves=scored(frames.RESPONSE_CURVES, "week_start = ?", [week_start]),
        recent_sends=of_creators(
            frames.FCT_SENDS,
            "send_date BETWEEN ? AND ?",
            [as_of - timedelta(days=RECENT_DAYS - 1), as_of],
        ),
        volume_triggers=scored(frames.VOLUME_TRIGGERS, "week_start = ?", [week_start]),
        low_frequency_winners=scored(frames.LOW_FREQUENCY_WINNERS, "week_start = ?", [week_start]),
        game_performance=scored(frames.GAME_PERFORMANCE, "week_start = ?", [week_start]),
        past_items=past_items(connection, ids, week_start),
    )


def past_items(connection: duckdb.DuckDBPyConnection, ids: list[str], week_start: date) -> pd.DataFrame:
    """Items of the newest published version of each of the last weeks before ``week_start``."""
    if not table_exists(connection, frames.SCHEDULE_ITEM.full_name):
        return frames.SCHEDULE_ITEM.empty()
    columns = ", ".join(f'i."{name}"' for name in frames.SCHEDULE_ITEM.column_names)
    query = f"""
        SELECT {columns}
        FROM planning.schedule_item AS i
        WHERE list_contains(?, i.creator_id) AND i.week_start >= ? AND i.week_start < ?
          AND i.schedule_id IN (
            SELECT arg_max(schedule_id, version) FROM planning.schedule
            WHERE status IN ('published', 'completed') GROUP BY creator_id, week_start
          )
        ORDER BY i.item_id
    """
    frame = read(connection, query, [ids, week_start - timedelta(weeks=PAST_WEEKS), week_start])
    return frames.SCHEDULE_ITEM.conform(frame)


def schedule_versions(
    connection: duckdb.DuckDBPyConnection, ids: list[str], week_start: date
) -> dict[str, tuple[int, str]]:
    """Newest version and content hash of each creator's stored schedule of the week."""
    if not table_exists(connection, frames.SCHEDULE.full_name):
        return {}
    rows = connection.execute(
        "SELECT creator_id, max(version), arg_max(content_hash, version) FROM planning.schedule"
        " WHERE list_contains(?, creator_id) AND week_start = ? GROUP BY creator_id",
        [ids, week_start],
    ).fetchall()
    return {creator: (int(version), content_hash) for creator, version, content_hash in rows}
