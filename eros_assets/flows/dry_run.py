"""Planning one creator-week without storing or publishing anything."""

from __future__ import annotations

import time
from datetime import date, datetime

from eros_assets.flows.scoring import with_scores
from eros_assets.planning.plan import PlanResult, plan_week
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect
from eros_assets.warehouse.inputs import load_plan_inputs, plannable_creators, schedule_versions


class CreatorNotFoundError(LookupError):
    """No active creator has this handle or id."""


def plan_dry(settings: Settings, creator: str, week_start: date, *, now: datetime) -> PlanResult:
    """Plan ``creator`` (handle or id) for one week from the lake as it stands.

    Raises:
        CreatorNotFoundError: for an unknown or inactive creator.
        NotReadyError: when the performance tables are missing.
    """
    with connect(settings, read_only=True) as connection:
        creators = plannable_creators(connection)
        handle = creator.strip().lstrip("@").casefold()
        found = creators[(creators["creator_id"] == creator) | (creators["page_name"].str.casefold() == handle)]
        if found.empty:
            raise CreatorNotFoundError(f"{creator!r} is no active creator")
        ids = found["creator_id"].tolist()
        inputs = load_plan_inputs(connection, settings, week_start, now, ids)
        inputs = with_scores(connection, inputs, settings)
        versions = schedule_versions(connection, ids, week_start)
    return plan_week(inputs, settings, versions=versions, clock=time.perf_counter)
