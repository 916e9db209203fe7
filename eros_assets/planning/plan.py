"""The eight stages in order, for any number of creators.

Each creator is planned alone: however creators are spread over shards, the bytes are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from eros_assets.domain.frames import SCHEDULE, SCHEDULE_ITEM, SCHEDULE_VERDICTS, Table
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.bound import upper_bound
from eros_assets.planning.stages.audience_targeter import aim
from eros_assets.planning.stages.content_curator import fill
from eros_assets.planning.stages.followup_generator import follow_up
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.stages.quality_validator import judge
from eros_assets.planning.stages.schedule_assembler import Assembled, Proof, assemble
from eros_assets.planning.stages.send_type_allocator import allocate, styles_of_days, with_styles
from eros_assets.planning.stages.timing_optimizer import SlotValues, find_times
from eros_assets.planning.week import tables
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.columns import stage_rows
from eros_assets.planning.week.creator_week import CreatorWeek, creator_weeks
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.records import Aimed, Analysis, Filled, Followup
from eros_assets.planning.week.spacing import board_of
from eros_assets.planning.week.used import locked_use
from eros_assets.planning.week.value import Values, day_factors
from eros_assets.settings import Settings

BASELINE_BOUND_ROUNDS = 1
"""The baseline is far from its bound whatever is proven; one round keeps it cheap."""


@dataclass(frozen=True)
class PlanResult:
    """Frames of one run: the six stage tables, SCHEDULE, SCHEDULE_ITEM and SCHEDULE_VERDICTS."""

    performance_analysis: pd.DataFrame
    send_type_allocation: pd.DataFrame
    send_times: pd.DataFrame
    caption_selection: pd.DataFrame
    audience_targets: pd.DataFrame
    followups: pd.DataFrame
    schedule: pd.DataFrame
    items: pd.DataFrame
    verdicts: pd.DataFrame


@dataclass(frozen=True)
class CreatorPlan:
    """Stages 1–7 of one creator-week."""

    week: CreatorWeek
    eligibility: Eligibility
    values: Values
    analysis: Analysis
    filled: list[Filled]
    aimed: dict[str, Aimed]
    followups: list[Followup]
    assembled: Assembled


def plan_week(
    inputs: PlanInputs,
    settings: Settings,
    *,
    versions: Mapping[str, tuple[int, str]] | None = None,
    clock: Callable[[], float] = lambda: 0.0,
) -> PlanResult:
    """Plan the week of every creator of ``inputs``.

    Args:
        inputs: read-only tables as of one day.
        settings: configuration; flags decide per creator which rules are in force.
        versions: creator id → (version, content hash) of the stored schedule; the same content
            keeps its version, another gets the next.
        clock: counter in seconds, for ``generation_seconds`` only.
    """
    weeks = list(creator_weeks(inputs, settings))
    start = clock()
    analyses = analyse(inputs, weeks, settings)
    shared = (clock() - start) / max(len(weeks), 1)
    plans: list[CreatorPlan] = []
    for week in weeks:
        start = clock()
        plan = plan_creator(
            week, analyses[week.creator_id], inputs.data_snapshot, (versions or {}).get(week.creator_id)
        )
        plan.assembled.schedule["generation_seconds"] = shared + clock() - start
        plans.append(plan)
    if not plans:
        nothing = {"schedule": SCHEDULE, "items": SCHEDULE_ITEM, "verdicts": SCHEDULE_VERDICTS}
        return PlanResult(**{name: table.empty() for name, table in {**tables.STAGES, **nothing}.items()})
    items = _frame(SCHEDULE_ITEM, [item.row() for plan in plans for item in plan.assembled.items])
    schedules = pd.DataFrame([plan.assembled.schedule for plan in plans])
    schedule, verdicts = judge(inputs, schedules, items, settings)
    return PlanResult(**_stage_frames(plans), schedule=schedule, items=items, verdicts=verdicts)


def plan_creator(
    week: CreatorWeek,
    analysis: Analysis,
    data_snapshot: str,
    stored: tuple[int, str] | None = None,
    bound_rounds: int | None = None,
    value_captions: Callable[[CreatorWeek, Eligibility], Values] = Values,
) -> CreatorPlan:
    """Stages 2–7 for one creator.

    ``bound_rounds`` is the effort spent on proving its quality; ``value_captions`` says what captions are worth.
    """
    if week.on("VOLUME_TRIGGERS"):
        week = replace(week, game=analysis.game)
    eligibility = Eligibility(week)
    values = value_captions(week, eligibility)
    allocation = allocate(week, eligibility, values, analysis)
    slots = allocation.slots
    revenue = [sum(slot.day == day and slot.category == "revenue" for slot in slots) for day in range(DAYS)]
    counts = Counter(slot.key for slot in slots)
    type_values = values.type_means(counts, day_factors(week, revenue)) | allocation.values
    knows_styles = allocation.style_ratio and week.on("ROTATION_PATTERNS")
    styles = styles_of_days(week, slots, eligibility.ppv_styles) if knows_styles else [[]] * DAYS
    slot_values = SlotValues(type_values, allocation.style_ratio, styles)
    timed, notes = find_times(week, eligibility, slots, slot_values, analysis.followups)
    timed = with_styles(week, timed, eligibility.ppv_styles)
    revenue = [sum(t.slot.day == day and t.slot.category == "revenue" for t in timed) for day in range(DAYS)]
    filled, demanded = fill(week, eligibility, values, analysis, timed, revenue)
    aimed, closed = aim(week, filled)
    filled = [item for item in filled if item.timed.slot.slot_id in aimed]
    board = board_of(week)
    used = locked_use(week, eligibility)
    for item in filled:
        board.add(week.settings.send_type[item.timed.slot.key], item.timed.minute)
        if item.caption != NO_CAPTION:
            used.take(item.caption)
    followups = follow_up(week, eligibility, analysis, filled, aimed, board, used)
    objective = sum(item.value for item in filled)
    if bound_rounds is None:
        bound_rounds = week.settings.system.planning.bound_rounds if week.is_exact else BASELINE_BOUND_ROUNDS
    bound = None
    if bound_rounds:
        bound = upper_bound(week, eligibility, values, analysis, filled, demanded, bound_rounds, allocation.relaxation)
    proof = Proof(objective, bound)
    assembled = assemble(week, analysis, filled, aimed, followups, [*notes, *closed], proof, data_snapshot, stored)
    return CreatorPlan(week, eligibility, values, analysis, filled, aimed, followups, assembled)


def _stage_frames(plans: Sequence[CreatorPlan]) -> dict[str, pd.DataFrame]:
    """The stage tables of all plans, by name."""
    rows = [stage_rows(plan.week, plan.analysis, plan.filled, plan.aimed, plan.followups) for plan in plans]
    return {name: _frame(table, [row for own in rows for row in own[name]]) for name, table in tables.STAGES.items()}


def _frame(table: Table, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame of the table's columns, others left out; columns no row has are null."""
    return table.conform(pd.DataFrame(rows, columns=table.column_names)) if rows else table.empty()
