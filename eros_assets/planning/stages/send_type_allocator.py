"""Stage 2: which kinds of send go out on which day.

Weekly targets per send type come from the category mix, the tiers and triggers of stage 1 and the
limits of the type, the tier and the audience. The baseline hands them out day by day to the type furthest behind; the
exact method puts them where they earn most by an integer program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eros_assets.domain.arrays import Bools, Ints
from eros_assets.domain.learning.low_frequency_winners import campaign_kind
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.allocation import solve_allocation
from eros_assets.planning.programs.captions import optimal_demanded
from eros_assets.planning.programs.places import find_places, hours_open
from eros_assets.planning.programs.relaxation import Counts, Relaxation
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.demand import Demand, first_running_day, has_live_campaign, weekly_demands
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.games import REGULAR
from eros_assets.planning.week.records import Analysis, Slot, Timed
from eros_assets.planning.week.rotation import Turn, locked_turns, patterns_of_week, styles_in_order
from eros_assets.planning.week.spacing import DAY_MINUTES, is_dense, may_link
from eros_assets.planning.week.value import Values
from eros_assets.settings import SendType


@dataclass(frozen=True)
class Allocation:
    """Slots of the week by day and order; with the exact method, what the joint program knows about them."""

    slots: list[Slot]
    relaxation: Relaxation | None
    values: dict[tuple[str, int], float]  # mean dollars of a revenue type's sends on a day at a mean hour
    style_ratio: dict[tuple[str, str], float]  # what captions of a style are worth against all of the type's


def allocate(week: CreatorWeek, eligibility: Eligibility, values: Values, analysis: Analysis) -> Allocation:
    """Decide the week's send types; counts per day and category are those of stage 1."""
    demands = weekly_demands(week, eligibility, analysis)
    if not week.is_exact:
        counts, notes = _hand_out(week, demands)
        return Allocation(_slots(week, analysis, demands, counts, [*analysis.notes, *notes]), None, {}, {})
    counts, notes = solve_allocation(week, values, analysis, demands)
    relaxation: Relaxation | None = None
    decided: Counts | None = None
    rounds = week.settings.system.planning.relaxation_rounds
    if rounds and any(own.sum() for own in counts.values()):
        relaxation = _relaxation(week, eligibility, values, demands, counts)
        relaxation.generate(rounds)
        decided = relaxation.counts()
        if decided is not None:
            counts, notes = solve_allocation(week, values, analysis, demands, decided.sends)
    slots = _slots(week, analysis, demands, counts, [*analysis.notes, *notes])
    if decided is None:
        return Allocation(slots, relaxation, {}, {})
    return Allocation(slots, relaxation, decided.values, decided.style_ratio)


def _relaxation(
    week: CreatorWeek, eligibility: Eligibility, values: Values, demands: Sequence[Demand], counts: dict[str, Ints]
) -> Relaxation:
    """The joint program of the week; its limits allow at least the ``counts`` of a first allocation."""
    demands = [demand for demand in demands if demand.per_day.sum()]
    total = sum(counts[kind.key] for demand in demands for kind in demand.kinds)
    is_wide = [is_dense(week, int(number)) for number in np.broadcast_to(total, DAYS)]
    places = find_places(week, demands, counts, hours_open(week, is_wide))
    selling = sum(int(own.sum()) for key, own in counts.items() if week.settings.send_type[key].is_selling)
    demanded = optimal_demanded(week, selling)
    return Relaxation(week, eligibility, values, places, demanded, {}, is_penalised=True)


def _hand_out(week: CreatorWeek, demands: Sequence[Demand]) -> tuple[dict[str, Ints], list[str]]:
    """Baseline: each day's sends go to the types furthest behind their weekly target."""
    counts: dict[str, Ints] = {}
    notes: list[str] = []
    for demand in demands:
        placed = np.zeros((len(demand.kinds), DAYS), dtype=np.int64)
        for day in range(DAYS):
            closed = np.array([not _has_target(week, kind, counts, day) for kind in demand.kinds])
            for _ in range(int(demand.per_day[day])):
                open_ = (placed[:, day] < demand.day_cap[:, day]) & (placed.sum(axis=1) < demand.week_cap) & ~closed
                open_ &= _rested(week, demand.kinds, placed, day)
                if not open_.any():
                    notes.append(f"{demand.name} on {week.days[day]}: every type is at its limit, one send less")
                    continue
                behind = demand.target * (day + 1) / DAYS - placed.sum(axis=1)
                # Of two types equally far behind, the one used less today keeps neighbours apart.
                score = np.where(open_, behind - 0.01 * placed[:, day], -np.inf)
                placed[int(score.argmax()), day] += 1
        counts |= {kind.key: placed[row] for row, kind in enumerate(demand.kinds)}
    return counts, notes


def _has_target(week: CreatorWeek, kind: SendType, counts: dict[str, Ints], day: int) -> bool:
    """Whether a link has something to point to on a day; sends of other types need nothing."""
    if not kind.is_campaign_link or has_live_campaign(week, kind):
        return True
    targets = {key: week.settings.send_type[key] for key in counts}
    latest = week.settings.timing.link_drop_hours_after.latest
    return any(
        bool(counts[key][first_running_day(target, day, latest) : day + 1].any())
        for key, target in targets.items()
        if may_link(kind, target)
    )


def _rested(week: CreatorWeek, kinds: Sequence[SendType], placed: Ints, day: int) -> Bools:
    """False for types with a weekly limit that went out on the Sunday before: they keep a day apart [7.1]."""
    if day or not len(week.past_items):
        return np.ones(len(kinds), dtype=bool)
    sunday = week.past_items[week.past_items["scheduled_date"].map(lambda d: (week.week_start - d.date()).days) == 1]
    recent = set(sunday["send_type_key"])
    return np.array([not (kind.max_per_week is not None and kind.key in recent) for kind in kinds])


def _slots(
    week: CreatorWeek,
    analysis: Analysis,
    demands: Sequence[Demand],
    counts: dict[str, Ints],
    notes: Sequence[str],
) -> list[Slot]:
    """One slot per planned send; styles are numbered in the order of the day's PPVs."""
    volume = week.settings.volume
    target = {kind.key: demand.target[row] for demand in demands for row, kind in enumerate(demand.kinds)}
    patterns = patterns_of_week(week) if week.on("ROTATION_PATTERNS") else None
    offset = stable_hash("strategy", week.creator_id) % len(volume.strategies)
    slots: list[Slot] = []
    for day in range(DAYS):
        order = 0
        strategy = volume.strategies[(day + offset) % len(volume.strategies)]
        for kind in sorted(week.types, key=lambda kind: _rank(kind, strategy)):
            for _ in range(int(counts.get(kind.key, np.zeros(DAYS, np.int64))[day])):
                order += 1
                forced = target.get(kind.key, 0.0) <= 1.0 or kind.key in analysis.winners
                slots.append(
                    Slot(
                        f"{day}{order:02d}",
                        day,
                        order,
                        kind.key,
                        kind.category,
                        strategy,
                        volume.flavors[day].name,
                        structure="-".join(patterns[day]) if patterns and kind.is_ppv else None,
                        campaign_kind=_kind_of_campaign(kind, analysis),
                        is_forced=bool(forced),
                        relaxations=tuple(notes) if order == 1 and day == 0 else (),
                    )
                )
    return slots


def _kind_of_campaign(kind: SendType, analysis: Analysis) -> str | None:
    if kind.key == "game_post":
        return analysis.game or REGULAR
    return campaign_kind(kind.key) if kind.is_campaign else None


def _rank(kind: SendType, strategy: str) -> tuple[int, int]:
    """Order in which a day's send types choose their times: the strategy's category first."""
    first = {"engagement_heavy": "engagement", "retention_first": "retention"}.get(strategy, "revenue")
    return (0 if kind.category == first else 1, kind.sort)


def styles_of_days(week: CreatorWeek, slots: Sequence[Slot], available: frozenset[str]) -> list[list[str | None]]:
    """Styles that each day's PPVs will take in order of time, of those ``available``; empty where queued sends may
    change it."""
    locked = locked_turns(week)
    ppv = [slot for slot in slots if week.settings.send_type[slot.key].is_ppv]
    turns = [Turn(slot.day * DAY_MINUTES + slot.order, slot.day) for slot in ppv]
    styles, _ = styles_in_order(week, turns, available)
    queued = {turn.day for turn in locked}
    return [[] if day in queued else [styles[turn.minute] for turn in turns if turn.day == day] for day in range(DAYS)]


def with_styles(week: CreatorWeek, timed: Sequence[Timed], available: frozenset[str]) -> list[Timed]:
    """Slots with the style each PPV takes, of those ``available`` [1.1].

    Which style comes next depends on the order of the PPVs, so the slots must have their times. PPVs that are queued
    or sent already keep their style and take their turn.
    """
    if not week.on("ROTATION_PATTERNS"):
        return list(timed)
    ppv = [Turn(item.minute, item.slot.day) for item in timed if week.settings.send_type[item.slot.key].is_ppv]
    styles, skipped = styles_in_order(week, [*ppv, *locked_turns(week)], available)
    note = (f"styles {', '.join(sorted(skipped))} skipped: no captions [1.1]",) if skipped else ()
    return [
        item.with_slot(replace(item.slot, style=styles[item.minute], relaxations=item.slot.relaxations + note))
        if week.settings.send_type[item.slot.key].is_ppv
        else item
        for item in timed
    ]
