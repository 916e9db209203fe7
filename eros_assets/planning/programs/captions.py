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
from scipy.sparse import csc_array, csr_array
from scipy.stats import norm

from eros_assets.domain.stable_hash import stable_unit, stable_units
from eros_assets.planning.programs.content_apart import Options, content_reach, kept_apart
from eros_assets.planning.programs.solver import Program, tilted
from eros_assets.planning.week.creator_week import (
    DAYS,
    NO_GRADE,
    NOTHING_GIVEN_UP,
    Bools,
    CreatorWeek,
    Floats,
    Ints,
)
from eros_assets.planning.week.records import Analysis, Timed
from eros_assets.planning.week.traits import trait_triggers, wanted_sends
from eros_assets.planning.week.value import caption_values, slot_factor

SHORT_COST = 2.0
"""Best captions given up rather than one of optimal length too few [2.1]."""
QUOTA_COST = 1.0
"""Best captions given up rather than a send too few of a raised trait, or too many of a lowered one [4.1]."""
CONTENT_COST = 3.0
"""Best captions given up rather than a content type once too often."""
ALIKE_COST = 0.2
"""Best captions given up rather than one more text that reads like another of the week."""
RELAXED_COST = 3.2
"""Best captions given up rather than one grade: a text of another kind, or a step of the fallback ladder."""
EMPTY_COST = 50.0
"""Best captions given up rather than one empty slot."""
FIRST = 4
"""Candidates of a cell and length class, beyond its slots, that the program starts with."""
FURTHER = 10
"""Candidates of a cell that a round takes in."""
BINDING = 0.005
"""Dollars from which a limit is said to bind."""
ROUNDS = 12
"""Rounds of pricing; two or three find everything that is worth having."""
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
        weight = cell.value - cell.grade * RELAXED_COST * (float(cell.value.max(initial=0.0)) + 1.0)
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


@dataclass(frozen=True)
class _Pairs:
    """Every caption each cell may take; one entry per pair."""

    cell: Ints
    caption: Ints
    value: Floats
    weight: Floats  # value as decided by: what gives something up counts less
    optimal: Bools  # of optimal length, in a send that sells [2.1]
    twin: Ints
    week: Ints  # row of the content type's week, −1 where it has none
    day: Ints  # row of the content type's day, −1 where it has none


def _pairs(week: CreatorWeek, cells: Sequence[_Cell]) -> _Pairs:
    size = np.array([len(cell.captions) for cell in cells])
    of = np.repeat(np.arange(len(cells)), size)
    caption = np.concatenate([cell.captions for cell in cells])
    value = np.concatenate([cell.value for cell in cells])
    grade = np.concatenate([cell.grade for cell in cells])
    unit = float(value.max(initial=0.0)) + 1.0
    weight = value - grade * RELAXED_COST * unit
    kinds = [week.settings.send_type[cell.key] for cell in cells]
    has_media = np.array([kind.has_own_media for kind in kinds])[of]
    sells = np.array([kind.is_selling for kind in kinds])[of]
    content = np.where(has_media, pd.factorize(week.pool.content_type)[0][caption], -1).astype(np.int64)
    by_day = content * DAYS + np.array([cell.day for cell in cells])[of]
    return _Pairs(
        of,
        caption,
        value,
        weight,
        week.pool.is_optimal[caption] & sells,
        week.pool.twins[caption],
        content,
        np.where(content >= 0, by_day, -1),
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
    slots = np.array([len(cell.slots) for cell in cells])
    program = _Assignment(week, pairs, slots, short, [])
    taken, prices = program.solve()
    quotas = [] if taken is None else _quotas(week, analysis, pairs.caption, pairs.caption[taken])
    if quotas:
        program = _Assignment(week, pairs, slots, short, quotas)
        taken, prices = program.solve()
    for _ in range(CLASH_ROUNDS):
        if taken is None:
            break
        clashes = _clashes(week, timed, cells, pairs, taken) + _alike(week, pairs.caption, taken, used)
        clashes = [clash for clash in clashes if program.is_new(clash)]
        if not clashes:
            break
        for clash in clashes:
            program.limit(clash)
        again, dearer = program.solve()
        if again is None:  # the solver gave up: what stands too near is exchanged afterwards
            break
        taken, prices = again, dearer
    if taken is None:
        raise RuntimeError(f"caption assignment of {week.creator_id}, {week.week_start} found no solution")
    out = []
    for number in range(len(cells)):
        own = taken[pairs.cell[taken] == number]
        out.append(pairs.caption[own[np.argsort(-pairs.value[own], kind="stable")]])
    binding = {int(pairs.caption[pair]): program.binding(int(pair), prices) for pair in taken}
    return out, min(short, float(pairs.optimal[taken].sum())), binding


@dataclass(frozen=True)
class _Quota:
    """At least (a raised trait) or at most (a lowered one) so many of some pairs, at a price [4.1]."""

    name: str
    members: Bools  # (pairs,)
    sends: int
    is_least: bool
    cost: float  # best captions given up rather than one send beyond


def _quotas(week: CreatorWeek, analysis: Analysis, caption: Ints, by_itself: Ints) -> list[_Quota]:
    """What triggers on traits ask for, held against the captions the week takes ``by_itself``."""
    found = []
    for trigger in trait_triggers(week, analysis):
        sends = wanted_sends(week, trigger, int(trigger.members[by_itself].sum()))
        name = f"trigger on {trigger.kind} {trigger.key} [4.1]"
        found.append(_Quota(name, trigger.members[caption], sends, trigger.factor > 1, QUOTA_COST))
    return found


def _clashes(
    week: CreatorWeek, timed: Sequence[Timed], cells: Sequence[_Cell], pairs: _Pairs, taken: Ints
) -> list[_Quota]:
    """Limits that the captions taken break: a content type once among sends within the hours between.

    Only cells of one slot are looked at, which parts the sends that earn; :func:`kept_apart` does the rest.
    """
    reach = content_reach(week)
    minute = np.array([timed[cell.slots[0]].planned if len(cell.slots) == 1 else -reach for cell in cells])
    shown = [pair for pair in taken.tolist() if minute[pairs.cell[pair]] >= 0 and pairs.week[pair] >= 0]
    shown.sort(key=lambda pair: (int(minute[pairs.cell[pair]]), pair))
    found: dict[tuple[int, int], _Quota] = {}
    for number, pair in enumerate(shown):
        first, content = int(minute[pairs.cell[pair]]), int(pairs.week[pair])
        if any(
            pairs.week[other] == content and minute[pairs.cell[other]] < first + reach for other in shown[number + 1 :]
        ):
            inside = (minute >= first) & (minute < first + reach)
            members = inside[pairs.cell] & (pairs.week == content)
            found[first, content] = _Quota("content type within the hours between", members, 1, False, CONTENT_COST)
    return list(found.values())


def _alike(week: CreatorWeek, caption: Ints, taken: Ints, used: set[int]) -> list[_Quota]:
    """Limits that the captions taken break: of texts that read alike one a week, none where one is ``used``.

    One limit for each group of captions taken that all read alike; its members are all that read like each of them.
    """
    spent = week.reads_like(used)
    found = [_Quota(_READS_ALIKE, spent[caption], 0, False, ALIKE_COST)] if spent[caption[taken]].any() else []
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
        found.append(_Quota(_READS_ALIKE, members[caption], 1, False, ALIKE_COST))
        open_[group] = False
    return found


class _Assignment:
    """The program over the pairs taken in so far: it starts with the best few and takes in what its prices want.

    Rows: slots of each cell, captions of optimal length, content types by week and by day, quotas, and
    each group of near-duplicates once. All but the last may be missed at a price.
    """

    def __init__(self, week: CreatorWeek, pairs: _Pairs, slots: Ints, short: float, quotas: Sequence[_Quota]) -> None:
        self.pairs, self.quotas, self.slots = pairs, list(quotas), slots
        limits = week.settings.volume.content_limits
        self.unit = unit = float(pairs.value.max(initial=0.0)) + 1.0
        cells, weeks = len(slots), int(pairs.week.max(initial=-1)) + 1
        self.length_row, self.first_week = cells, cells + 1
        self.first_day = self.first_week + weeks
        first_quota = self.first_day + weeks * DAYS
        self.quota_row = [first_quota + number for number in range(len(quotas))]
        self.rows = first_quota + len(quotas)
        self.columns = np.empty(0, dtype=np.int64)  # of the pairs taken in
        need, many = slots.astype(float), weeks * (DAYS + 1)
        most = np.concatenate([np.full(weeks, limits.max_per_week), np.full(weeks * DAYS, limits.max_per_day)])
        least = [float(quota.sends) if quota.is_least else -np.inf for quota in quotas]
        above = [np.inf if quota.is_least else float(quota.sends) for quota in quotas]
        low = np.concatenate([need, [short], np.full(many, -np.inf), least])
        high = np.concatenate([need, [np.inf], most, above])
        sign = np.concatenate([np.ones(cells + 1), -np.ones(many), [1.0 if q.is_least else -1.0 for q in quotas]])
        slack = np.concatenate(
            [np.full(cells, EMPTY_COST), [SHORT_COST], np.full(many, CONTENT_COST), [quota.cost for quota in quotas]]
        )
        self.program = Program(
            slack * unit, csr_array(np.diag(sign)), low, high.astype(float), np.full(self.rows, np.inf)
        )
        self.tilt = tilted(-pairs.weight) + pairs.weight
        self.active = np.empty(0, dtype=np.int64)
        self.is_active = np.zeros(len(pairs.cell), dtype=bool)
        self.twin_row = np.full(int(pairs.twin.max(initial=0)) + 1, -1)
        order = np.lexsort((-pairs.weight, pairs.optimal, pairs.cell))
        group = pairs.cell[order] * 2 + pairs.optimal[order]
        starts = np.searchsorted(group, group)
        self._take(np.sort(order[np.arange(len(order)) - starts < slots[pairs.cell[order]] + FIRST]))

    def _take(self, fresh: Ints) -> None:
        pairs = self.pairs
        groups = np.unique(pairs.twin[fresh])
        groups = groups[self.twin_row[groups] < 0]
        self.twin_row[groups] = self.rows + np.arange(len(groups))
        nothing = csr_array((len(groups), len(self.program.cost)))
        self.program.add_rows(nothing, np.full(len(groups), -np.inf), np.ones(len(groups)))
        self.rows += len(groups)
        at = np.arange(len(fresh))
        parts = [
            (pairs.cell[fresh], at),
            (self.twin_row[pairs.twin[fresh]], at),
            (np.full(int(pairs.optimal[fresh].sum()), self.length_row), at[pairs.optimal[fresh]]),
        ]
        for first, number in ((self.first_week, pairs.week[fresh]), (self.first_day, pairs.day[fresh])):
            parts.append((first + number[number >= 0], at[number >= 0]))
        for row, quota in zip(self.quota_row, self.quotas, strict=True):
            own = at[quota.members[fresh]]
            parts.append((np.full(len(own), row), own))
        rows, columns = (np.concatenate(axis) for axis in zip(*parts, strict=True))
        matrix = csc_array((np.ones(len(rows)), (rows, columns)), shape=(self.rows, len(fresh)))
        self.program.add_columns(self.tilt[fresh] - pairs.weight[fresh], matrix, np.ones(len(fresh)))
        size = len(self.program.cost)
        self.columns = np.concatenate([self.columns, np.arange(size - len(fresh), size)])
        self.active = np.concatenate([self.active, fresh])
        self.is_active[fresh] = True

    def is_new(self, quota: _Quota) -> bool:
        """Whether the limit is not in the program yet: one that was passed at its price must not be priced twice."""
        return not any(np.array_equal(quota.members, known.members) for known in self.quotas)

    def limit(self, quota: _Quota) -> None:
        """One more limit, which may be passed at its price."""
        cells = self.columns[quota.members[self.active]]
        shape = (1, len(self.program.cost))
        row = csr_array((np.ones(len(cells)), (np.zeros(len(cells), dtype=np.int64), cells)), shape=shape)
        self.program.add_rows(row, np.array([-np.inf]), np.array([float(quota.sends)]))
        over = csc_array(([-1.0], ([self.rows], [0])), shape=(self.rows + 1, 1))
        self.program.add_columns(np.array([quota.cost * self.unit]), over, np.array([np.inf]))
        self.quotas.append(quota)
        self.quota_row.append(self.rows)
        self.rows += 1

    def solve(self) -> tuple[Ints | None, Floats]:
        """Pairs taken, None when there is no solution; and the prices of the rows."""
        nothing = np.empty(0)
        for _ in range(ROUNDS):
            solved = self.program.relaxed()
            if solved is None:
                return None, nothing
            fresh = self._worth(solved[1])
            if not len(fresh):
                break
            self._take(fresh)
        found = self._whole()
        if found is None:
            fractional = self.program.relaxed()
            return (None, nothing) if fractional is None else (self._rounded(fractional[0]), fractional[1])
        x, prices = found
        return self.active[x[self.columns] > 0.5], prices

    def _whole(self) -> tuple[Floats, Floats] | None:
        integer = np.zeros(len(self.program.cost), dtype=bool)
        integer[self.columns] = True
        return self.program.whole(integer)

    def _rounded(self, x: Floats) -> Ints:
        """Pairs near a fractional solution, the fullest first, each slot and near-duplicate once."""
        pairs, share = self.pairs, x[self.columns]
        room, spent, taken = self.slots.copy(), set[int](), []
        for at in np.lexsort((-pairs.weight[self.active], -share)).tolist():
            pair = int(self.active[at])
            if room[pairs.cell[pair]] > 0 and int(pairs.twin[pair]) not in spent:
                room[pairs.cell[pair]] -= 1
                spent.add(int(pairs.twin[pair]))
                taken.append(pair)
        return np.array(sorted(taken), dtype=np.int64)

    def binding(self, pair: int, prices: Floats) -> tuple[str, ...]:
        """Limits that have a price where the pair stands, with what one more of each would earn."""
        pairs = self.pairs
        rows = [
            ("length share 2.1", self.length_row if pairs.optimal[pair] else -1),
            ("content type's week", self.first_week + pairs.week[pair] if pairs.week[pair] >= 0 else -1),
            ("content type's day", self.first_day + pairs.day[pair] if pairs.day[pair] >= 0 else -1),
            ("wanted by other slots too", self.twin_row[pairs.twin[pair]]),
            *((q.name, row if q.members[pair] else -1) for row, q in zip(self.quota_row, self.quotas, strict=True)),
        ]
        priced = [(name, abs(float(prices[row]))) for name, row in rows if row >= 0]
        return tuple(f"{name}: ${price:.2f}" for name, price in priced if price > BINDING)

    def _worth(self, duals: Floats) -> Ints:
        """Pairs that pay more than the rows they take up; the best few of each cell."""
        pairs = self.pairs
        prices = np.append(duals, 0.0)
        gain = pairs.weight + prices[pairs.cell] + prices[self.twin_row[pairs.twin]]
        gain = gain + np.where(pairs.optimal, prices[self.length_row], 0.0)
        for first, number in ((self.first_week, pairs.week), (self.first_day, pairs.day)):
            gain = gain + prices[np.where(number >= 0, first + number, -1)]
        for row, quota in zip(self.quota_row, self.quotas, strict=True):
            gain = gain + quota.members * prices[row]
        open_ = np.flatnonzero((gain > 1e-6) & ~self.is_active)
        order = open_[np.lexsort((-gain[open_], pairs.cell[open_]))]
        starts = np.searchsorted(pairs.cell[order], pairs.cell[order])
        return np.sort(order[np.arange(len(order)) - starts < FURTHER])


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
