"""What is new in the lake, and what the last run made: the figures behind ``eros run``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb

from eros_assets.domain.figures import IN_FORCE, expected_revenue
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import read, table_exists
from eros_assets.warehouse.inputs import NotReadyError, latest_as_of

COUNTS = ("rows_read", "rows_loaded", "rows_updated", "rows_duplicate", "rows_quarantined")


def ledger_hashes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Content hashes of every file read so far."""
    if not table_exists(connection, "raw.ingest_ledger"):
        return []
    return [row[0] for row in connection.execute("SELECT file_hash FROM raw.ingest_ledger").fetchall()]


def ledger_summary(connection: duckdb.DuckDBPyConnection, known: list[str]) -> dict[str, Any]:
    """Files and rows taken in beside the ``known`` ones, and the rejected files with their reasons."""
    ledger = read(connection, "SELECT * FROM raw.ingest_ledger WHERE NOT list_contains(?, file_hash)", [known])
    rejected = ledger[ledger["status"] == "rejected"]
    return {
        "files": len(ledger),
        **{name: int(ledger[name].sum()) for name in COUNTS},
        "rejected": dict(zip(rejected["file_name"], rejected["error"], strict=True)),
    }


def raw_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Hash of all files that ever added or changed a row: equal versions, equal raw tables."""
    if not table_exists(connection, "raw.ingest_ledger"):
        return ""
    row = connection.execute(
        "SELECT sha256(string_agg(file_hash, ',' ORDER BY file_hash)) FROM raw.ingest_ledger"
        " WHERE rows_loaded + rows_updated > 0"
    ).fetchone()
    return str(row[0])[:16] if row and row[0] else ""


def week_version(connection: duckdb.DuckDBPyConnection, settings: Settings, week_start: date) -> str:
    """What a week's plan is made from: raw data, as-of day and configuration."""
    try:
        as_of = latest_as_of(connection, week_start).isoformat()
    except NotReadyError:
        as_of = "none"
    return f"{raw_version(connection)} {as_of} {settings.config_hash}"


def changed_days(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[date]:
    """Local dates on which the facts do not agree with the staged sends: new, grown, moved or vanished rows."""
    if not table_exists(connection, "staging.stg_sends"):
        return _raw_days(connection)
    counters = "hash(send_key, sent_count, viewed_count, purchased_count, earnings, price, send_date)"
    staged = f"""
        SELECT send_date, sum({counters}) AS content FROM (
            SELECT sends.*, timezone(coalesce(creators.timezone, $zone), sent_at AT TIME ZONE 'UTC')::DATE AS send_date
            FROM (SELECT * FROM staging.stg_sends UNION ALL BY NAME SELECT * FROM staging.stg_wall_posts) AS sends
            LEFT JOIN raw.creators AS creators USING (creator_id)
        ) GROUP BY send_date
    """
    facts = f"SELECT send_date, sum({counters}) AS content FROM performance.fct_sends GROUP BY send_date"
    if not table_exists(connection, "performance.fct_sends"):
        facts = "SELECT NULL::DATE AS send_date, 0::HUGEINT AS content WHERE false"
    query = f"""
        SELECT coalesce(staged.send_date, facts.send_date)
        FROM ({staged}) AS staged FULL JOIN ({facts}) AS facts ON staged.send_date = facts.send_date
        WHERE staged.content IS DISTINCT FROM facts.content ORDER BY 1
    """
    zone = settings.system.agency.timezone
    return [_as_date(row[0]) for row in connection.execute(query, {"zone": zone}).fetchall()]


def _raw_days(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """UTC span of the raw sends, a day wider on both sides for the creators' zones."""
    row = connection.execute(
        "SELECT min(sending_time) - INTERVAL 1 DAY, max(sending_time) + INTERVAL 1 DAY FROM raw.sends"
    ).fetchone()
    return [_as_date(value) for value in row or () if value is not None]


def _as_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def week_summary(connection: duckdb.DuckDBPyConnection, week_start: date) -> dict[str, Any]:
    """Creators planned, published and held with reasons, items and expected dollars of one week."""
    if not table_exists(connection, "planning.schedule"):
        return {}
    newest = read(
        connection,
        "SELECT * FROM planning.schedule WHERE week_start = ?"
        " QUALIFY row_number() OVER (PARTITION BY creator_id ORDER BY version DESC) = 1",
        [week_start],
    )
    held = newest[newest["status"] == "held"]
    errors = read(
        connection,
        "SELECT schedule_id, string_agg(DISTINCT rule || ' ' || name, ', ' ORDER BY rule || ' ' || name) AS reasons"
        " FROM planning.schedule_verdicts WHERE level = 'error' AND list_contains(?, schedule_id) GROUP BY schedule_id",
        [held["schedule_id"].tolist()],
    ).set_index("schedule_id")["reasons"]
    published = newest[newest["status"].isin(IN_FORCE)]
    return {
        "creators_planned": len(newest),
        "creators_published": len(published),
        "creators_held": len(held),
        "items": int(newest["item_count"].sum()),
        "expected_revenue": round(expected_revenue(newest) or 0.0, 2),
        "held": {
            row.page_name: errors.get(row.schedule_id, f"quality score {row.quality_score:.0f}")
            for row in held.itertuples()
        },
    }
