"""Measuring every rule on stored schedules, each week against the tables as of its own planning day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pandas as pd

from eros_assets.domain.flags import enrol
from eros_assets.domain.frames import GAP_COVERAGE, VOLUME_TRIGGERS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.planning.plan import plan_week
from eros_assets.rules.gaps import gap_table
from eros_assets.rules.reference import Reference
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, replace_partition, table_exists, transaction
from eros_assets.warehouse.inputs import NotReadyError, load_plan_inputs
from eros_assets.warehouse.schedules import newest_schedules


def measure_gaps(settings: Settings, *, weeks: int = 1) -> pd.DataFrame:
    """Gap table over the newest ``weeks`` planned weeks; raises :class:`NotReadyError` when none was planned yet."""
    return gap_table(references_of(settings, weeks=weeks))


def references_of(settings: Settings, *, weeks: int) -> Reference:
    """The newest schedules of the newest ``weeks`` planned weeks, with what each was planned from.

    Raises:
        NotReadyError: when no week was planned yet.
    """
    with connect(settings, read_only=True) as connection:
        if not table_exists(connection, "planning.schedule"):
            raise NotReadyError("no week was planned yet: run `eros run` first")
        rows = connection.execute(
            "SELECT DISTINCT week_start FROM planning.schedule ORDER BY week_start DESC LIMIT ?", [weeks]
        ).fetchall()
        now = datetime.now(UTC).replace(tzinfo=None)
        return reference_of(connection, settings, sorted(row[0] for row in rows), now)


def store_gap_coverage(settings: Settings, weeks: list[date], now: datetime) -> pd.DataFrame:
    """Measure ``weeks`` together and store the table under the newest of them."""
    with connect(settings) as connection:
        frame = gap_table(reference_of(connection, settings, weeks, now))
        frame = frame.assign(week_start=pd.Timestamp(max(weeks)), weeks=len(weeks))
        where: dict[str, list[object]] = {"week_start": [max(weeks)]}
        transaction(settings, connection, lambda c: replace_partition(c, GAP_COVERAGE, frame, where))
    return frame


def reference_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings, weeks: list[date], now: datetime
) -> Reference:
    """Newest schedules of ``weeks`` with what each was planned from."""
    references = []
    for week in weeks:
        schedules, items, _ = newest_schedules(connection, week)
        inputs = load_plan_inputs(connection, settings, week, now, schedules["creator_id"].tolist())
        without = untriggered_items(inputs, settings)
        references.append(Reference.from_inputs(inputs, items, schedules, settings, without))
    return Reference.join(references)


def untriggered_items(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """Items that some creators with a raised type would have without volume triggers [4.1].

    The planner reads triggers from their table only, so the same inputs with that table empty give the
    plan to compare with. A stable hash chooses the creators.
    """
    effect, triggers = settings.volume.trigger_effect, inputs.volume_triggers
    raised = triggers[triggers["is_applied"] & (triggers["factor"] >= 1 + effect.band[0])]
    raised = raised[raised["kind"].isin(["send_type", "content_type"])]
    enrolment = enrol(inputs.pages, settings)
    # An empty map has no boolean type of its own, and would choose columns instead of rows.
    is_on = raised["creator_id"].map(lambda key: "ENABLE_VOLUME_TRIGGERS" in enrolment.flags_of(str(key))).astype(bool)
    raised = raised[is_on]
    order = sorted(set(raised["creator_id"]), key=lambda key: stable_hash("compared", key, inputs.week_start))
    chosen = inputs.for_creators(order[: effect.compared_creators])
    return plan_week(replace(chosen, volume_triggers=VOLUME_TRIGGERS.empty()), settings).items
