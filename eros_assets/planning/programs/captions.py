"""The week's captions as one assignment with side constraints.

Slots that are alike (type, day, style and what the slot makes of a value) form a cell. A variable
gives a caption to a cell. Each caption, with its near-duplicates, is used once; of the texts that
sell at least 60% lie in 250–449 characters where the pool allows [2.1]; content types stay within
their daily and weekly limits, and texts that read alike come once, where they can. Kind comes first:
a text of another kind, a relaxed one (fallback ladder, steps 3–5) and an empty slot come only where
nothing else is left, whatever they earn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from eros_assets.domain.stable_hash import stable_unit, stable_units
from eros_assets.planning.programs.assignment import NOWHERE, Assignment, Pairs, Quota
from eros_assets.planning.programs.content_apart import Options, content_reach, kept_apart
from eros_assets.planning.week.creator_week import (
    DAYS,
    NO_GRADE,
    NOTHING_GIVEN_UP,
    CreatorWeek,
    Floats,
    Ints,
)
from eros_assets.planning.week.records import Analysis, Timed
from eros_assets.planning.week.traits import trait_triggers, wanted_sends
from eros_assets.planning.week.value import caption_values, slot_factor

CLASH_ROUNDS = 4
"""Rounds of parting content types and texts that read alike; content that still stands too near then is exchanged."""
ASSIGNMENT = "the assignment of the whole week"
_READS_ALIKE = "texts that read alike"


@dataclass(frozen=True)
class Choice:
    """A caption for a slot: pool position (−1 = none) and what it gives up, with what it was held against."""

    caption: int
    grade: int
    options: Options | None = None  # what the slot could have taken
    score: float | None = None
    binding: tuple[str, ...] = ()
    is_exploration: bool = False
    chosen_by: str = "best baseline score"


@dataclass
class _Cell:
    """Slots of one kind: their places in the week's list and the candidates they may take."""

    key: str
    day: int
    style: str | None
    factor: float
    slots: list[int]
    captions: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    grade: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    value: Floats = field(default_factory=lambda: np.empty(0))


def assign_captions(
    week: CreatorWeek,
    analysis: Analysis,
    timed: Sequence[Timed],
    factors: Floats,
    used: set[int],
    used_twins: set[int],
) -> tuple[list[Choice], float]:
    """One choice per slot of ``timed``, of greatest expected revenue under the limits above.

    With them comes how many captions of optimal length the week demands and gets [2.1].

    ``factors`` are the day factors of revenue sends, ``used`` and ``used_twins`` captions and
    near-duplicate groups the week has spent already.
    """
    used, used_twins = set(used), set(used_twins)
    choices: list[Choice | None] = [None] * len(timed)
    for place, choice in _explored(week, timed, factors, used, used_twins).items():
        choices[place] = choice
        used.add(choice.caption)
        used_twins.add(int(week.pool.twins[choice.caption]))
    cells = _cells(week, timed, factors, choices)
    _add_candidates(week, cells, used, used_twins)
    explored = [
        choice.caption
        for slot, choice in zip(timed, choices, strict=True)
        if choice is not None and week.settings.send_type[slot.slot.key].is_selling
    ]
    taken, demanded, binding = _solve(week, analysis, timed, cells, explored, used)
    captions = [-1 if choice is None else choice.caption for choice in choices]
    options = [None if choice is None else choice.options for choice in choices]
    for cell, own in zip(cells, taken, strict=True):
        weight = cell.value - cell.grade * week.costs.relaxed * (float(cell.value.max(initial=0.0)) + 1.0)
        for number, place in enumerate(cell.slots):
            if number < len(own):
                captions[place] = int(own[number])
                options[place] = Options(cell.captions, cell.grade, weight)
    captions = kept_apart(week, timed, captions, options)
    return [
        replace(choice, caption=caption) if choice else _choice(caption, own, binding.get(caption, ()))
        for choice, caption, own in zip(choices, captions, options, strict=True)
    ], demanded


def _choice(caption: int, options: Options | None, binding: tuple[str, ...]) -> Choice:
    if options is None:
        return Choice(-1, NO_GRADE, chosen_by=ASSIGNMENT)
    grade = int(options.grade[np.flatnonzero(options.captions == caption)[0]])
    return Choice(caption, grade, options, binding=binding, chosen_by=ASSIGNMENT)


def _cells(week: CreatorWeek, timed: Sequence[Timed], factors: Floats, choices: Sequence[Choice | None]) -> list[_Cell]:
    cells: dict[tuple[str, int, str | None, float], _Cell] = {}
    for place, slot in enumerate(timed):
        if choices[place] is None:
            kind = week.settings.send_type[slot.slot.key]
            factor = slot_factor(week, kind, float(factors[slot.slot.day]), slot.hour)
            name = (kind.key, slot.slot.day, slot.slot.style, factor)
            cells.setdefault(name, _Cell(*name, [])).slots.append(place)
    return list(cells.values())


def candidates(week: CreatorWeek, key: str, day: int, style: str | None) -> tuple[Ints, Ints, Floats]:
    """Captions a slot may take: pool positions, grades on that day, values at a mean slot.

    A style is filled by the slot's own kind of text only [1.1].
    """
    where, _, rank = week.eligible(key)
    grade = week.grades(key, week.days[day])
    open_ = grade < NO_GRADE
    if style is not None:
        open_ &= (week.pool.style[where] == style) & (rank == 0)
    return where[open_], grade[open_], caption_values(week, key)[open_]


def _add_candidates(week: CreatorWeek, cells: Sequence[_Cell], used: set[int], used_twins: set[int]) -> None:
    spent = np.isin(np.arange(len(week.pool)), list(used)) | np.isin(week.pool.twins, list(used_twins))
    for cell in cells:
        where, grade, value = candidates(week, cell.key, cell.day, cell.style)
        free = ~spent[where]
        cell.captions, cell.grade, cell.value = where[free], grade[free], value[free] * cell.factor


def _pairs(week: CreatorWeek, cells: Sequence[_Cell]) -> Pairs:
    size = np.array([len(cell.captions) for cell in cells])
    of = np.repeat(np.arange(len(cells)), size)
    caption = np.concatenate([cell.captions for cell in cells])
    value = np.concatenate([cell.value for cell in cells])
    grade = np.concatenate([cell.grade for cell in cells])
    unit = float(value.max(initial=0.0)) + 1.0
    weight = value - grade * week.costs.relaxed * unit
    kinds = [week.settings.send_type[cell.key] for cell in cells]
    has_media = np.array([kind.has_own_media for kind in kinds])[of]
    sells = np.array([kind.is_selling for kind in kinds])[of]
    content = np.where(has_media, pd.factorize(week.pool.content_type)[0][caption], NOWHERE).astype(np.int64)
    by_day = content * DAYS + np.array([cell.day for cell in cells])[of]
    return Pairs(
        of,
        caption,
        value,
        weight,
        week.pool.is_optimal[caption] & sells,
        week.pool.twins[caption],
        content,
        np.where(content != NOWHERE, by_day, NOWHERE),
    )


def _solve(
    week: CreatorWeek,
    analysis: Analysis,
    timed: Sequence[Timed],
    cells: Sequence[_Cell],
    explored: Sequence[int],
    used: set[int],
) -> tuple[list[Ints], float, dict[int, tuple[str, ...]]]:
    """Captions of each cell, best first; how many of optimal length were demanded; and the limits that
    decided on each caption taken."""
    if not cells:
        return [], 0.0, {}
    sell = [week.settings.send_type[cell.key].is_selling for cell in cells]
    selling = sum(len(cell.slots) for cell, is_selling in zip(cells, sell, strict=True) if is_selling)
    short = optimal_demanded(week, selling, explored)
    pairs = _pairs(week, cells)
    if not len(pairs.cell):
        return [np.empty(0, np.int64) for _ in cells], 0.0, {}
    slots, limits = np.array([len(cell.slots) for cell in cells]), week.settings.volume.content_limits
    assignment = Assignment(limits, week.costs, pairs, slots, short, [])
    taken, prices = assignment.solve()
    quotas = [] if taken is None else _quotas(week, analysis, pairs.caption, pairs.caption[taken])
    if quotas:
        assignment = Assignment(limits, week.costs, pairs, slots, short, quotas)
        taken, prices = assignment.solve()
    for _ in range(CLASH_ROUNDS):
        if taken is None:
            break
        clashes = _clashes(week, timed, cells, pairs, taken) + _alike(week, pairs.caption, taken, used)
        clashes = [clash for clash in clashes if assignment.is_new(clash)]
        if not clashes:
            break
        for clash in clashes:
            assignment.limit(clash)
        again, dearer = assignment.solve()
        if again is None:  # the solver gave up: what stands too near is exchanged afterwards
            break
        taken, prices = again, dearer
    if taken is None:
        raise RuntimeError(f"caption assignment of {week.creator_id}, {week.week_start} found no solution")
    out = []
    for number in range(len(cells)):
        own = taken[pairs.cell[taken] == number]
        out.append(pairs.caption[own[np.argsort(-pairs.value[own], kind="stable")]])
    binding = {int(pairs.caption[pair]): assignment.binding(int(pair), prices) for pair in taken}
    return out, min(short, float(pairs.optimal[taken].sum())), binding


def _quotas(week: CreatorWeek, analysis: Analysis, caption: Ints, by_itself: Ints) -> list[Quota]:
    """What triggers on traits ask for, held against the captions the week takes ``by_itself``."""
    found = []
    for trigger in trait_triggers(week, analysis):
        sends = wanted_sends(week, trigger, int(trigger.members[by_itself].sum()))
        name = f"trigger on {trigger.kind} {trigger.key} [4.1]"
        found.append(Quota(name, trigger.members[caption], sends, trigger.factor > 1, week.costs.quota))
    return found


def _clashes(
    week: CreatorWeek, timed: Sequence[Timed], cells: Sequence[_Cell], pairs: Pairs, taken: Ints
) -> list[Quota]:
    """Limits that the captions taken break: a content type once among sends within the hours between.

    Only cells of one slot are looked at, which parts the sends that earn; :func:`kept_apart` does the rest.
    """
    reach = content_reach(week)
    minute = np.array([timed[cell.slots[0]].planned if len(cell.slots) == 1 else -reach for cell in cells])
    shown = [pair for pair in taken.tolist() if minute[pairs.cell[pair]] >= 0 and pairs.week[pair] >= 0]
    shown.sort(key=lambda pair: (int(minute[pairs.cell[pair]]), pair))
    found: dict[tuple[int, int], Quota] = {}
    for number, pair in enumerate(shown):
        first, content = int(minute[pairs.cell[pair]]), int(pairs.week[pair])
        if any(
            pairs.week[other] == content and minute[pairs.cell[other]] < first + reach for other in shown[number + 1 :]
        ):
            inside = (minute >= first) & (minute < first + reach)
            members = inside[pairs.cell] & (pairs.week == content)
            found[first, content] = Quota(
                "content type within the hours between", members, 1, False, week.costs.content
            )
    return list(found.values())


def _alike(week: CreatorWeek, caption: Ints, taken: Ints, used: set[int]) -> list[Quota]:
    """Limits that the captions taken break: of texts that read alike one a week, none where one is ``used``.

    One limit for each group of captions taken that all read alike; its members are all that read like each of them.
    """
    spent = week.reads_like(used)
    found = [Quota(_READS_ALIKE, spent[caption], 0, False, week.costs.alike)] if spent[caption[taken]].any() else []
    chosen = np.unique(caption[taken])
    like = np.array([week.reads_like([one])[chosen] for one in chosen.tolist()]).reshape(len(chosen), len(chosen))
    np.fill_diagonal(like, False)
    open_ = np.asarray(like.any(axis=1))
    while open_.any():
        first = int(np.flatnonzero(open_)[0])
        group, near = [first], like[first].copy()
        while near.any():
            group.append(int(near.argmax()))
            near &= like[group[-1]]
        members = np.logical_and.reduce([week.reads_like([one]) for one in chosen[group].tolist()])
        found.append(Quota(_READS_ALIKE, members[caption], 1, False, week.costs.alike))
        open_[group] = False
    return found


def optimal_demanded(week: CreatorWeek, slots: int, explored: Sequence[int] = ()) -> float:
    """Captions of optimal length that so many ``slots`` that sell must take to reach the week's share [2.1].

    Captions already ``explored``, all of sends that sell, count towards it.
    """
    if not week.on("CHAR_LENGTH_MULTIPLIER"):
        return 0.0
    share = week.settings.scoring.optimal_length_share * (slots + len(explored))
    short = math.ceil(share - 1e-9) - int(week.pool.is_optimal[list(explored)].sum())
    return float(min(max(short, 0), slots))


def _explored(
    week: CreatorWeek, timed: Sequence[Timed], factors: Floats, used: set[int], used_twins: set[int]
) -> dict[int, Choice]:
    """Slots given to promising, uncertain captions: by place in ``timed`` (Thompson sampling, seeded).

    Slots are drawn by stable hash; each takes the caption whose drawn value is highest among those
    that are known less from this creator's own sends than from its prior.
    """
    planning = week.settings.system.planning
    prefix = ("explore", planning.seed, week.creator_id, week.week_start)
    revenue = [n for n, slot in enumerate(timed) if slot.slot.category == "revenue"]
    count = math.floor(planning.exploration_share * len(revenue) + stable_unit(*prefix))
    luck = [stable_unit(*prefix, slot.slot.slot_id) for slot in timed]
    normal = norm.ppf(np.clip(stable_units(week.pool.hashes, *prefix, "draw"), 1e-9, 1 - 1e-9))
    draw = np.exp(week.pool.log_sd * normal - week.pool.log_sd**2 / 2)
    spent, twins = set(used), set(used_twins)
    found: dict[int, Choice] = {}
    for place in sorted(revenue, key=lambda n: (luck[n], n)):
        if len(found) >= count:
            break
        slot = timed[place].slot
        where, grade, value = candidates(week, slot.key, slot.day, slot.style)
        open_ = (grade == NOTHING_GIVEN_UP) & (week.pool.is_known[where] < 0.5)
        open_ &= ~np.isin(where, list(spent)) & ~np.isin(week.pool.twins[where], list(twins))
        open_ &= ~week.reads_like(spent)[where]
        if not open_.any():
            continue
        drawn = np.where(open_, value * draw[where], -np.inf)
        best = int(drawn.argmax())
        chosen = int(where[best])
        spent.add(chosen)
        twins.add(int(week.pool.twins[chosen]))
        found[place] = Choice(
            chosen,
            int(grade[best]),
            Options(where[open_], grade[open_], drawn[open_]),
            chosen_by="exploration: a promising text about which little is known",
            is_exploration=True,
        )
    return found
