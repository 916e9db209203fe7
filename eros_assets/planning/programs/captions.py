"""The week's captions as one assignment with side constraints.

Slots that are alike (type, day, style and what the slot makes of a value) form a cell. A variable gives a caption to a
cell. Of a caption and its near-duplicates one is used, once. Where the candidates allow it, a share of the texts that
sell is of optimal length [2.1], content types stay within their daily and weekly limits, and of texts that read alike
one is used. The kind of text comes first: one of another kind, one that the fallback ladder relaxes and an empty slot
come only where nothing else is left, whatever they earn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.stable_hash import stable_unit, stable_units
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.assignment import Assignment, Pairs, Quota
from eros_assets.planning.programs.content_apart import NO_CONTENT, Options, content_reach, kept_apart
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import NO_GRADE, NOTHING_GIVEN_UP, Eligibility
from eros_assets.planning.week.records import Analysis, Timed
from eros_assets.planning.week.traits import trait_triggers, wanted_sends
from eros_assets.planning.week.used import Used
from eros_assets.planning.week.value import Values, slot_factor

CLASH_ROUNDS = 4
"""Rounds of parting content types and texts that read alike; content that still stands too near then is exchanged."""
ASSIGNMENT = "the assignment of the whole week"
_READS_ALIKE = "texts that read alike"


@dataclass(frozen=True)
class Choice:
    """A caption for a slot, or :data:`NO_CAPTION`, and what it gives up; from which captions it was chosen, and why."""

    caption: int
    grade: int
    options: Options | None = None  # what the slot could have taken
    score: float | None = None
    binding: tuple[str, ...] = ()
    is_exploration: bool = False
    chosen_by: str = "best baseline score"


@dataclass
class _Cell:
    """Slots that are alike: their numbers in the week's list and the captions they may take."""

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
    eligibility: Eligibility,
    values: Values,
    analysis: Analysis,
    timed: Sequence[Timed],
    factors: Floats,
    used: Used,
) -> tuple[list[Choice], float]:
    """One choice per slot of ``timed``, of greatest expected revenue under the limits above.

    With them comes how many captions of optimal length the week has to take, as far as it can [2.1].

    ``factors`` are the day factors of revenue sends; captions of exploration slots are added to ``used``.
    """
    explored = _explored(week, eligibility, values, timed, used)
    choices = [explored.get(number) for number in range(len(timed))]
    cells = _cells(week, timed, factors, choices)
    _add_captions(week, eligibility, values, cells, used)
    selling = [
        choice.caption
        for number, choice in explored.items()
        if week.settings.send_type[timed[number].slot.key].is_selling
    ]
    taken, demanded, binding = _solve(week, eligibility, analysis, timed, cells, selling, used)
    captions = [NO_CAPTION if choice is None else choice.caption for choice in choices]
    options = [None if choice is None else choice.options for choice in choices]
    for cell, own in zip(cells, taken, strict=True):
        weight = cell.value - cell.grade * week.costs.relaxed * (float(cell.value.max(initial=0.0)) + 1.0)
        for number, slot in enumerate(cell.slots):
            if number < len(own):
                captions[slot] = int(own[number])
                options[slot] = Options(cell.captions, cell.grade, weight)
    captions = kept_apart(week, eligibility, timed, captions, options)
    return [
        replace(choice, caption=caption) if choice else _choice(caption, own, binding.get(caption, ()))
        for choice, caption, own in zip(choices, captions, options, strict=True)
    ], demanded


def _choice(caption: int, options: Options | None, binding: tuple[str, ...]) -> Choice:
    if options is None:
        return Choice(NO_CAPTION, NO_GRADE, chosen_by=ASSIGNMENT)
    grade = int(options.grade[np.flatnonzero(options.captions == caption)[0]])
    return Choice(caption, grade, options, binding=binding, chosen_by=ASSIGNMENT)


def _cells(week: CreatorWeek, timed: Sequence[Timed], factors: Floats, choices: Sequence[Choice | None]) -> list[_Cell]:
    cells: dict[tuple[str, int, str | None, float], _Cell] = {}
    for number, slot in enumerate(timed):
        if choices[number] is None:
            kind = week.settings.send_type[slot.slot.key]
            factor = slot_factor(week, kind, float(factors[slot.slot.day]), slot.hour)
            name = (kind.key, slot.slot.day, slot.slot.style, factor)
            cells.setdefault(name, _Cell(*name, [])).slots.append(number)
    return list(cells.values())


def captions_of_slot(
    week: CreatorWeek, eligibility: Eligibility, values: Values, key: str, day: int, style: str | None
) -> tuple[Ints, Ints, Floats]:
    """Captions a slot may take: positions, grades on that day, dollars at a mean hour of a mean day.

    A style is filled by the slot's own kind of text only [1.1].
    """
    positions, _, rank = eligibility.eligible(key)
    grade = eligibility.grades(key, week.days[day])
    open_ = grade < NO_GRADE
    if style is not None:
        open_ &= (week.candidates.style[positions] == style) & (rank == 0)
    return positions[open_], grade[open_], values.of_type(key)[open_]


def _add_captions(
    week: CreatorWeek,
    eligibility: Eligibility,
    values: Values,
    cells: Sequence[_Cell],
    used: Used,
) -> None:
    for cell in cells:
        positions, grade, value = captions_of_slot(week, eligibility, values, cell.key, cell.day, cell.style)
        free = ~used.is_spent[positions]
        cell.captions, cell.grade, cell.value = positions[free], grade[free], value[free] * cell.factor


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
    content = np.where(has_media, pd.factorize(week.candidates.content_type)[0][caption], NO_CONTENT).astype(np.int64)
    by_day = content * DAYS + np.array([cell.day for cell in cells])[of]
    return Pairs(
        of,
        caption,
        value,
        weight,
        week.candidates.is_optimal[caption] & sells,
        week.candidates.duplicate_group[caption],
        content,
        np.where(content != NO_CONTENT, by_day, NO_CONTENT),
    )


def _solve(
    week: CreatorWeek,
    eligibility: Eligibility,
    analysis: Analysis,
    timed: Sequence[Timed],
    cells: Sequence[_Cell],
    explored: Sequence[int],
    used: Used,
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
        clashes = _clashes(week, timed, cells, pairs, taken) + _alike(week, eligibility, pairs.caption, taken, used)
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
    """How many sends of each trait the triggers ask for, given the captions that the week takes ``by_itself``."""
    found = []
    for trigger in trait_triggers(week, analysis):
        sends = wanted_sends(week, trigger, int(trigger.members[by_itself].sum()))
        name = f"trigger on {trigger.kind} {trigger.key} [4.1]"
        found.append(Quota(name, trigger.members[caption], sends, trigger.factor > 1, week.costs.quota))
    return found


def _clashes(
    week: CreatorWeek, timed: Sequence[Timed], cells: Sequence[_Cell], pairs: Pairs, taken: Ints
) -> list[Quota]:
    """Limits that the captions taken break: a content type once within the hours that part two of its sends.

    Only cells of one slot are looked at, because their hour is known. Sends that earn have cells of their own, so
    that is most of what matters; :func:`kept_apart` does the rest.
    """
    reach = content_reach(week)
    minute = np.array([timed[cell.slots[0]].planned if len(cell.slots) == 1 else -reach for cell in cells])
    shown = [pair for pair in taken.tolist() if minute[pairs.cell[pair]] >= 0 and pairs.week[pair] != NO_CONTENT]
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


def _alike(week: CreatorWeek, eligibility: Eligibility, caption: Ints, taken: Ints, used: Used) -> list[Quota]:
    """Limits that the captions taken break: of texts that read alike one a week, none where one is ``used`` already.

    Captions taken that all read alike make one limit; it holds for every candidate that reads like each of them.
    """
    spent = eligibility.reads_like(used.captions)
    found = [Quota(_READS_ALIKE, spent[caption], 0, False, week.costs.alike)] if spent[caption[taken]].any() else []
    chosen = np.unique(caption[taken])
    like = np.array([eligibility.reads_like([one])[chosen] for one in chosen.tolist()]).reshape(
        len(chosen), len(chosen)
    )
    np.fill_diagonal(like, False)
    open_ = np.asarray(like.any(axis=1))
    while open_.any():
        first = int(np.flatnonzero(open_)[0])
        group, near = [first], like[first].copy()
        while near.any():
            group.append(int(near.argmax()))
            near &= like[group[-1]]
        members = np.logical_and.reduce([eligibility.reads_like([one]) for one in chosen[group].tolist()])
        found.append(Quota(_READS_ALIKE, members[caption], 1, False, week.costs.alike))
        open_[group] = False
    return found


def optimal_demanded(week: CreatorWeek, slots: int, explored: Sequence[int] = ()) -> float:
    """How many of so many ``slots`` that sell must take a caption of optimal length to reach the week's share [2.1].

    Captions already ``explored``, all of sends that sell, count too.
    """
    if not week.on("CHAR_LENGTH_MULTIPLIER"):
        return 0.0
    share = week.settings.scoring.optimal_length_share * (slots + len(explored))
    short = math.ceil(share - 1e-9) - int(week.candidates.is_optimal[list(explored)].sum())
    return float(min(max(short, 0), slots))


def _explored(
    week: CreatorWeek,
    eligibility: Eligibility,
    values: Values,
    timed: Sequence[Timed],
    used: Used,
) -> dict[int, Choice]:
    """Slots given to promising captions about which little is known, by number in ``timed`` (Thompson sampling).

    Slots are drawn by stable hash; each takes the caption whose drawn value is highest among those
    that are known less from this creator's own sends than from its prior, which is ``used`` from then on.
    """
    planning = week.settings.system.planning
    prefix = ("explore", planning.seed, week.creator_id, week.week_start)
    revenue = [n for n, slot in enumerate(timed) if slot.slot.category == "revenue"]
    count = math.floor(planning.exploration_share * len(revenue) + stable_unit(*prefix))
    luck = [stable_unit(*prefix, slot.slot.slot_id) for slot in timed]
    normal = norm.ppf(np.clip(stable_units(week.candidates.hashes, *prefix, "draw"), 1e-9, 1 - 1e-9))
    draw = np.exp(week.candidates.log_sd * normal - week.candidates.log_sd**2 / 2)
    found: dict[int, Choice] = {}
    for number in sorted(revenue, key=lambda n: (luck[n], n)):
        if len(found) >= count:
            break
        slot = timed[number].slot
        positions, grade, value = captions_of_slot(week, eligibility, values, slot.key, slot.day, slot.style)
        open_ = (grade == NOTHING_GIVEN_UP) & (week.candidates.is_known[positions] < planning.exploration_below)
        open_ &= ~used.is_spent[positions] & ~eligibility.reads_like(used.captions)[positions]
        if not open_.any():
            continue
        drawn = np.where(open_, value * draw[positions], -np.inf)
        best = int(drawn.argmax())
        chosen = int(positions[best])
        used.take(chosen)
        found[number] = Choice(
            chosen,
            int(grade[best]),
            Options(positions[open_], grade[open_], drawn[open_]),
            chosen_by="exploration: a promising text about which little is known",
            is_exploration=True,
        )
    return found
