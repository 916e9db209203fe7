"""Scores of a week: features of new captions, response curves, revenue model, caption scores.

Reads the lake, calls the domain's pure functions, writes the ``scoring`` tables.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.captions.features import caption_features
from eros_assets.domain.captions.scores import caption_scores
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.caption_effects import caption_effects
from eros_assets.domain.learning.performance_evidence import EVIDENCE_TABLES, with_evidence
from eros_assets.domain.learning.response import response_curves
from eros_assets.domain.learning.revenue_model import RevenueModel, TooFewSends, train
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import (
    connect,
    ensure_table,
    insert,
    read,
    read_table,
    replace_partition,
    transaction,
)
from eros_assets.warehouse.inputs import latest_as_of, load_plan_inputs


def store_features(settings: Settings) -> tuple[int, int]:
    """Compute features of captions that have none under today's text rules, drop those of captions that are gone.

    Returns rows in the table and rows newly computed.
    """
    table = frames.CAPTION_FEATURES

    def body(connection: duckdb.DuckDBPyConnection) -> int:
        ensure_table(connection, table)
        pool = frames.POOL_CAPTIONS.full_name
        connection.execute(
            f"DELETE FROM {table.full_name}"
            f" WHERE rules_version <> ? OR caption_hash NOT IN (SELECT caption_hash FROM {pool})",
            [settings.text_rules_version],
        )
        new = read_table(
            connection, frames.POOL_CAPTIONS, f"caption_hash NOT IN (SELECT caption_hash FROM {table.full_name})"
        )
        return insert(connection, table, caption_features(new, settings)) if len(new) else 0

    with connect(settings) as connection:
        added = transaction(settings, connection, body)
        rows = int(read(connection, f"SELECT count(*) AS n FROM {table.full_name}")["n"].iloc[0])
    return rows, added


def store_curves(settings: Settings, week_start: date, now: datetime) -> pd.DataFrame:
    """Fit and store every creator's response curves of the week."""
    with connect(settings) as connection:
        inputs = load_plan_inputs(connection, settings, week_start, now, with_scores=False)
        curves = response_curves(
            history(connection, inputs.as_of_date, settings), inputs.health, settings, week_start, inputs.as_of_date
        )
        _replace_week(settings, connection, frames.RESPONSE_CURVES, curves, week_start)
    return curves


def store_model(settings: Settings, week_start: date) -> RevenueModel | None:
    """Train and store the week's revenue model; ``None`` when there are too few settled sends."""
    with connect(settings) as connection:
        as_of = latest_as_of(connection, week_start)
        try:
            model = train(
                history(connection, as_of, settings),
                read_table(connection, frames.CAPTION_FEATURES),
                settings,
                as_of,
                settings.system.planning.seed,
            )
        except TooFewSends:
            model = None
        rows = pd.DataFrame(
            [{"week_start": pd.Timestamp(week_start), "as_of_date": pd.Timestamp(as_of), "model": model.to_json()}]
            if model
            else []
        )
        _replace_week(settings, connection, frames.REVENUE_MODEL, rows, week_start)
    return model


def store_scores(settings: Settings, week_start: date, now: datetime) -> pd.DataFrame:
    """Score and store the candidates of every active creator for the week."""
    with connect(settings) as connection:
        inputs = load_plan_inputs(connection, settings, week_start, now)
        scores = _scores(connection, inputs, settings)
        _replace_week(settings, connection, frames.CAPTION_SCORES, scores, week_start)
    return scores


def store_evidence(settings: Settings, week_start: date, now: datetime) -> dict[str, pd.DataFrame]:
    """Find and store the week's volume triggers, low-frequency winners and game results; rows by table name."""
    with connect(settings) as connection:
        inputs = with_evidence(load_plan_inputs(connection, settings, week_start, now, with_scores=False), settings)
        found = {table.name: getattr(inputs, table.name) for table in EVIDENCE_TABLES}
        for table in EVIDENCE_TABLES:
            _replace_week(settings, connection, table, found[table.name], week_start)
    return found


def with_scores(connection: duckdb.DuckDBPyConnection, inputs: PlanInputs, settings: Settings) -> PlanInputs:
    """``inputs`` with curves, scores and evidence: those stored for the week, else computed now and not stored."""
    if inputs.response_curves.empty:
        sends = history(connection, inputs.as_of_date, settings)
        health = read_table(connection, frames.CREATOR_HEALTH, "as_of_date = ?", [inputs.as_of_date])
        curves = response_curves(sends, health, settings, inputs.week_start, inputs.as_of_date)
        own = curves["creator_id"].isin(inputs.creators["creator_id"])
        inputs = replace(inputs, response_curves=frames.RESPONSE_CURVES.conform(curves[own]))
    if inputs.caption_scores.empty:
        inputs = replace(inputs, caption_scores=_scores(connection, inputs, settings))
    # Every creator has game rows, triggers or winners need not exist.
    return with_evidence(inputs, settings) if inputs.game_performance.empty else inputs


def history(connection: duckdb.DuckDBPyConnection, as_of: date, settings: Settings) -> pd.DataFrame:
    """Facts of every page up to ``as_of``, as far back as anything learns from."""
    days = max(decay.window for decay in settings.scoring.decay.values())
    return read_table(
        connection, frames.FCT_SENDS, "send_date BETWEEN ? AND ?", [as_of - timedelta(days=days - 1), as_of]
    )


def _scores(connection: duckdb.DuckDBPyConnection, inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    pool = read_table(connection, frames.POOL_PERFORMANCE, "as_of_date = ?", [inputs.as_of_date])
    stored = read_table(connection, frames.REVENUE_MODEL, "week_start = ?", [inputs.week_start])
    model = RevenueModel.from_json(stored["model"].iloc[0]) if len(stored) else None
    effects = caption_effects(history(connection, inputs.as_of_date, settings), settings, inputs.as_of_date)
    return caption_scores(inputs, pool, effects, settings, model)


def _replace_week(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    table: frames.Table,
    frame: pd.DataFrame,
    week_start: date,
) -> None:
    transaction(settings, connection, lambda c: replace_partition(c, table, frame, {"week_start": [week_start]}))
