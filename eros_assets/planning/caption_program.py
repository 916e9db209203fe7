"""The week's captions as one assignment with side constraints (T8.5).

Slots that are alike (type, day, style and what the slot makes of a value) form a cell. A variable
gives a caption to a cell. Each caption, with its near-duplicates, is used once; at least 60% of the
captioned items lie in 250–449 characters where the pool allows [2.1]; content types stay within
their daily and weekly limits where they can (4.3); relaxed captions (T6.8, levels 3–5) and empty
slots come only where nothing else is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array
from scipy.stats import norm

from eros_assets.domain.stable_hash import stable_unit, stable_units
from eros_assets.planning.creator_week import DAYS, NO_CAPTION_LEVEL, UNRELAXED_LEVEL, Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.programs import Program, tilted
from eros_assets.planning.stages import Analysis, Timed
from eros_assets.planning.traits import trait_triggers, wanted_sends
from eros_assets.planning.value import caption_values, slot_factor

SHORT_COST = 2.0
"""Best captions given up rather than one of optimal length too few [2.1]."""
QUOTA_COST = 1.0
"""Best captions given up rather than a send too few of a raised trait, or too many of a lowered one [4.1]."""
CONTENT_COST = 3.0
"""Best captions given up rather than a content type once too often (4.3)."""
RELAXED_COST = 4.0
"""Best captions given up rather than one level of T6.8."""
EMPTY_COST = 40.0
"""Best captions given up rather than one empty slot."""
FIRST = 4
"""Candidates of a cell and length class, beyond its slots, that the program starts with."""
FURTHER = 10
"""Candidates of a cell that a round takes in."""
BINDING = 0.005
"""Dollars from which a limit is said to bind."""
ROUNDS = 12
"""Rounds of pricing; two or three find everything that is worth having."""


@dataclass(frozen=True)
class Choice:
    """A caption for a slot: pool position (−1 = none) and T6.8 level, with what it was held against."""

    caption: int
    level: int
    score: float | None = None
    others: tuple[tuple[int, float], ...] = ()
    reasons: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    is_exploration: bool = False
    chosen_by: str = "baseline score (6.6)"


@dataclass
class _Cell:
    """Slots of one kind: their places in the week's list and the candidates they may take."""

    key: str
    day: int
    style: str | None
    factor: float
    slots: list[int]
    captions: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    level: Ints = field(default_factory=lambda: np.empty(0, np.int64))
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
    taken, demanded, binding = _solve(week, analysis, cells, choices)
    where_used = {
        int(c): f"{week.days[cell.day]:%a} {cell.key}" for cell, own in zip(cells, taken, strict=True) for c in own
    }
    for cell, own in zip(cells, taken, strict=True):
        for number, place in enumerate(cell.slots):
            chosen = int(own[number]) if number < len(own) else -1
            choices[place] = _choice(week, cell, chosen, where_used, binding.get(chosen, ()))
    return [choice for choice in choices if choice is not None], demanded


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
    """Captions a slot may take: pool positions, T6.8 levels on that day, values at a mean slot."""
    where, _, _ = week.eligible(key)
    level = week.levels(key, week.days[day])
    open_ = level < NO_CAPTION_LEVEL
    if style is not None:
        open_ &= week.pool.style[where] == style
    return where[open_], level[open_], caption_values(week, key)[open_]


def _add_candidates(week: CreatorWeek, cells: Sequence[_Cell], used: set[int], used_twins: set[int]) -> None:
    spent = np.isin(np.arange(len(week.pool)), list(used)) | np.isin(week.pool.twins, list(used_twins))
    for cell in cells:
        where, level, value = candidates(week, cell.key, cell.day, cell.style)
        free = ~spent[where]
        cell.captions, cell.level, cell.value = where[free], level[free], value[free] * cell.factor


@dataclass(frozen=True)
class _Pairs:
    """Every caption each cell may take; one entry per pair."""

    cell: Ints
    caption: Ints
    value: Floats
    weight: Floats  # value as decided by: relaxed levels count less
    optimal: Bools
    twin: Ints
    week: Ints  # row of the content type's week, −1 where it has none
    day: Ints  # row of the content type's day, −1 where it has none


def _pairs(week: CreatorWeek, cells: Sequence[_Cell]) -> _Pairs:
    size = np.array([len(cell.captions) for cell in cells])
    of = np.repeat(np.arange(len(cells)), size)
    caption = np.concatenate([cell.captions for cell in cells])
    value = np.concatenate([cell.value for cell in cells])
    level = np.concatenate([cell.level for cell in cells])
    unit = float(value.max(initial=0.0)) + 1.0
    weight = value - np.maximum(level - UNRELAXED_LEVEL, 0) * RELAXED_COST * unit
    has_media = np.array([week.settings.send_type[cell.key].media != "none" for cell in cells])[of]
    content = np.where(has_media, pd.factorize(week.pool.content_type)[0][caption], -1).astype(np.int64)
    by_day = content * DAYS + np.array([cell.day for cell in cells])[of]
    return _Pairs(
        of,
        caption,
        value,
        weight,
        week.pool.is_optimal[caption],
        week.pool.twins[caption],
        content,
        np.where(content >= 0, by_day, -1),
    )


def _solve(
    week: CreatorWeek, analysis: Analysis, cells: Sequence[_Cell], choices: Sequence[Choice | None]
) -> tuple[list[Ints], float, dict[int, tuple[str, ...]]]:
    """Captions of each cell, best first; how many of optimal length were demanded; and the limits that
    decided on each caption taken."""
    if not cells:
        return [], 0.0, {}
    explored = [choice.caption for choice in choices if choice is not None]
    short = optimal_demanded(week, analysis, sum(len(cell.slots) for cell in cells), explored)
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


def _quotas(week: CreatorWeek, analysis: Analysis, caption: Ints, by_itself: Ints) -> list[_Quota]:
    """What triggers on traits ask for, held against the captions the week takes ``by_itself``."""
    found = []
    for trigger in trait_triggers(week, analysis):
        sends = wanted_sends(week, trigger, int(trigger.members[by_itself].sum()))
        name = f"trigger on {trigger.kind} {trigger.key} [4.1]"
        found.append(_Quota(name, trigger.members[caption], sends, trigger.factor > 1))
    return found


class _Assignment:
    """The program over the pairs taken in so far: it starts with the best few and takes in what its prices want.

    Rows: slots of each cell, captions of optimal length, content types by week and by day, quotas, and
    each group of near-duplicates once. All but the last may be missed at a price.
    """

    def __init__(self, week: CreatorWeek, pairs: _Pairs, slots: Ints, short: float, quotas: Sequence[_Quota]) -> None:
        self.pairs, self.quotas = pairs, quotas
        limits = week.settings.volume.content_limits
        unit = float(pairs.value.max(initial=0.0)) + 1.0
        cells, weeks = len(slots), int(pairs.week.max(initial=-1)) + 1
        self.length_row, self.first_week = cells, cells + 1
        self.first_day = self.first_week + weeks
        self.first_quota = self.first_day + weeks * DAYS
        self.rows = self.slacks = self.first_quota + len(quotas)
        need, many = slots.astype(float), weeks * (DAYS + 1)
        most = np.concatenate([np.full(weeks, limits.max_per_week), np.full(weeks * DAYS, limits.max_per_day)])
        least = [float(quota.sends) if quota.is_least else -np.inf for quota in quotas]
        above = [np.inf if quota.is_least else float(quota.sends) for quota in quotas]
        low = np.concatenate([need, [short], np.full(many, -np.inf), least])
        high = np.concatenate([need, [np.inf], most, above])
        sign = np.concatenate([np.ones(cells + 1), -np.ones(many), [1.0 if q.is_least else -1.0 for q in quotas]])
        slack = np.concatenate(
            [np.full(cells, EMPTY_COST), [SHORT_COST], np.full(many, CONTENT_COST), np.full(len(quotas), QUOTA_COST)]
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
        for first, row in ((self.first_week, pairs.week[fresh]), (self.first_day, pairs.day[fresh])):
            parts.append((first + row[row >= 0], at[row >= 0]))
        for number, quota in enumerate(self.quotas):
            own = at[quota.members[fresh]]
            parts.append((np.full(len(own), self.first_quota + number), own))
        rows, columns = (np.concatenate(axis) for axis in zip(*parts, strict=True))
        matrix = csc_array((np.ones(len(rows)), (rows, columns)), shape=(self.rows, len(fresh)))
        self.program.add_columns(self.tilt[fresh] - pairs.weight[fresh], matrix, np.ones(len(fresh)))
        self.active = np.concatenate([self.active, fresh])
        self.is_active[fresh] = True

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
        found = self.program.whole(np.arange(len(self.program.cost)) >= self.slacks)
        if found is None:
            return None, nothing
        x, prices = found
        return self.active[x[self.slacks :] > 0.5], prices

    def binding(self, pair: int, prices: Floats) -> tuple[str, ...]:
        """Limits that have a price where the pair stands, with what one more of each would earn."""
        pairs = self.pairs
        rows = [
            ("length share 2.1", self.length_row if pairs.optimal[pair] else -1),
            ("content type's week (4.3)", self.first_week + pairs.week[pair] if pairs.week[pair] >= 0 else -1),
            ("content type's day (4.3)", self.first_day + pairs.day[pair] if pairs.day[pair] >= 0 else -1),
            ("wanted by other slots too", self.twin_row[pairs.twin[pair]]),
            *((q.name, self.first_quota + n if q.members[pair] else -1) for n, q in enumerate(self.quotas)),
        ]
        priced = [(name, abs(float(prices[row]))) for name, row in rows if row >= 0]
        return tuple(f"{name}: ${price:.2f}" for name, price in priced if price > BINDING)

    def _worth(self, duals: Floats) -> Ints:
        """Pairs that pay more than the rows they take up; the best few of each cell."""
        pairs = self.pairs
        prices = np.append(duals, 0.0)
        gain = pairs.weight + prices[pairs.cell] + prices[self.twin_row[pairs.twin]]
        gain = gain + np.where(pairs.optimal, prices[self.length_row], 0.0)
        for first, row in ((self.first_week, pairs.week), (self.first_day, pairs.day)):
            gain = gain + prices[np.where(row >= 0, first + row, -1)]
        for number, quota in enumerate(self.quotas):
            gain = gain + quota.members * prices[self.first_quota + number]
        open_ = np.flatnonzero((gain > 1e-6) & ~self.is_active)
        order = open_[np.lexsort((-gain[open_], pairs.cell[open_]))]
        starts = np.searchsorted(pairs.cell[order], pairs.cell[order])
        return np.sort(order[np.arange(len(order)) - starts < FURTHER])


def optimal_demanded(week: CreatorWeek, analysis: Analysis, slots: int, explored: Sequence[int] = ()) -> float:
    """Captions of optimal length that open slots must take so that the week reaches its share [2.1].

    Followups and captions already ``explored`` count towards it.
    """
    scoring, pool = week.settings.scoring, week.pool
    followups = int(analysis.followups.sum())
    where, _, _ = week.eligible("ppv_followup")
    where = where[week.levels("ppv_followup", week.days[0]) <= UNRELAXED_LEVEL]
    from_followups = min(followups, int(pool.is_optimal[where].sum()))
    share = scoring.optimal_length_share * (slots + len(explored) + followups)
    short = math.ceil(share) - from_followups - int(pool.is_optimal[list(explored)].sum())
    return float(min(max(short, 0), slots))


def _choice(
    week: CreatorWeek, cell: _Cell, chosen: int, where_used: dict[int, str], binding: tuple[str, ...]
) -> Choice:
    if chosen < 0:
        return Choice(-1, NO_CAPTION_LEVEL, chosen_by="assignment of the week")
    place = int(np.flatnonzero(cell.captions == chosen)[0])
    order = [int(n) for n in np.argsort(-cell.value, kind="stable") if n != place][:3]
    optimal = week.pool.is_optimal
    reasons = {}
    for other in order:
        caption = int(cell.captions[other])
        if caption in where_used:
            reasons[caption] = f"used on {where_used[caption]}"
        elif cell.level[other] > cell.level[place] and cell.level[other] > UNRELAXED_LEVEL:
            reasons[caption] = f"needs relaxation level {cell.level[other]}"
        elif cell.value[other] > cell.value[place] and optimal[chosen] and not optimal[caption]:
            reasons[caption] = "outside 250–449 characters: the length share decides [2.1]"
        elif cell.value[other] > cell.value[place]:
            reasons[caption] = "a near-duplicate or its content type is used up (4.3)"
        else:
            reasons[caption] = "worth less"
    return Choice(
        chosen,
        int(cell.level[place]),
        others=tuple((int(cell.captions[n]), float(cell.value[n])) for n in order),
        reasons=reasons,
        binding=binding,
        chosen_by="assignment of the week",
    )


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
        where, level, value = candidates(week, slot.key, slot.day, slot.style)
        open_ = (level <= UNRELAXED_LEVEL) & (week.pool.is_known[where] < 0.5)
        open_ &= ~np.isin(where, list(spent)) & ~np.isin(week.pool.twins[where], list(twins))
        if not open_.any():
            continue
        drawn = np.where(open_, value * draw[where], -np.inf)
        best = int(drawn.argmax())
        chosen = int(where[best])
        spent.add(chosen)
        twins.add(int(week.pool.twins[chosen]))
        found[place] = Choice(
            chosen,
            int(level[best]),
            chosen_by="exploration: best Thompson draw among uncertain captions",
            is_exploration=True,
        )
    return found
