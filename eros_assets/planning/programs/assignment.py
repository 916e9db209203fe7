"""The week's captions as a program: which caption each cell of slots takes.

Cells c are slots that are alike, pairs (c, k) the captions k each may take. The program maximises
Σ weight[c, k] × take[c, k] over take ∈ {0, 1}; every limit but the last may be missed at a cost:

* slots of a cell: Σ_k take[c, k] = slots[c]
* optimal length: Σ take of such texts in sends that sell ≥ demanded [2.1]
* a content type's week and day: Σ take of it ≤ the most a week and a day hold
* quotas: Σ take of a trait ≥ or ≤ so many [4.1], of texts that read alike and of content too near ≤ 1
* near-duplicates: Σ take of a group ≤ 1

Pairs are taken in as the program's prices call them worth having, near-duplicates with their first pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.content_apart import NO_CONTENT
from eros_assets.planning.programs.model import FREE, NO_ROW, Model, Solution
from eros_assets.planning.programs.solver import tilted
from eros_assets.settings import ContentLimits, PlanningCosts

FIRST = 4
"""Captions of a cell and length class, beyond its slots, that the program starts with."""
FURTHER = 10
"""Captions of a cell that a round takes in."""
BINDING = 0.005
"""Dollars from which a limit is said to bind."""
ROUNDS = 12
"""Rounds of pricing; two or three find everything that is worth having."""

SLOTS, LENGTH, WEEK, DAY, DUPLICATES = (
    "slots of a cell",
    "optimal length",
    "content type's week",
    "content type's day",
    "near-duplicates",
)
PAIRS = "pairs"


@dataclass(frozen=True)
class Pairs:
    """Every caption each cell may take; one entry per pair."""

    cell: Ints
    caption: Ints
    value: Floats
    weight: Floats  # value as decided by: what gives something up counts less
    optimal: Bools  # of optimal length, in a send that sells [2.1]
    duplicate_group: Ints
    week: Ints  # number of the content type, NO_CONTENT where the send shows none
    day: Ints  # number of the content type's day, NO_CONTENT where the send shows none


@dataclass(frozen=True)
class Quota:
    """At least or at most so many sends of some pairs.

    At least: a trait that a trigger raises. At most: one that it lowers, or texts and content that must stay apart.
    """

    name: str
    members: Bools  # (pairs,)
    sends: int
    is_least: bool
    cost: float  # of one send too few or too many, in best captions of the week


class Assignment:
    """The program over the pairs taken in so far.

    It starts with the best few pairs of each cell. The prices of its rows then say which others are worth more than
    the rows they would take up: those are taken in, until there are none.
    """

    def __init__(
        self,
        limits: ContentLimits,
        costs: PlanningCosts,
        pairs: Pairs,
        slots: Ints,
        demanded: float,
        quotas: Sequence[Quota],
    ) -> None:
        self.pairs, self.slots, self.costs = pairs, slots, costs
        self.unit = float(pairs.value.max(initial=0.0)) + 1.0
        self.model = Model()
        self.quotas: list[Quota] = []
        _fill_slots(self.model, slots, costs.empty * self.unit)
        _reach_length(self.model, demanded, costs.short * self.unit)
        _spread_content(self.model, limits, int(pairs.week.max(initial=NO_CONTENT)) + 1, costs.content * self.unit)
        self.tilt = tilted(-pairs.weight) + pairs.weight
        self.taken_in = np.empty(0, dtype=np.int64)  # pairs of the columns, in order
        self.is_taken_in = np.zeros(len(pairs.cell), dtype=bool)
        self.group_row = np.full(int(pairs.duplicate_group.max(initial=0)) + 1, NO_ROW)
        for quota in quotas:
            self.limit(quota)
        order = np.lexsort((-pairs.weight, pairs.optimal, pairs.cell))
        group = pairs.cell[order] * 2 + pairs.optimal[order]
        starts = np.searchsorted(group, group)
        self._take_in(np.sort(order[np.arange(len(order)) - starts < slots[pairs.cell[order]] + FIRST]))

    def is_new(self, quota: Quota) -> bool:
        """Whether the limit is not in the program yet: one that was passed at a cost must not cost twice."""
        return not any(np.array_equal(quota.members, known.members) for known in self.quotas)

    def limit(self, quota: Quota) -> None:
        """Σ take of the quota's members ≥ or ≤ its sends; each send too few or too many has the quota's cost."""
        low, high = (quota.sends, FREE) if quota.is_least else (-FREE, quota.sends)
        row = self.model.limits("quotas", [low], [high])
        slack = self.model.may_fall_short if quota.is_least else self.model.may_exceed
        slack("beyond a quota", row, quota.cost * self.unit)
        if len(self.taken_in):
            self.model.add(row, self.model.columns[PAIRS][quota.members[self.taken_in]])
        self.quotas.append(quota)

    def solve(self) -> tuple[Ints | None, Floats]:
        """Pairs taken, None when there is no solution; and the prices of the rows."""
        nothing = np.empty(0)
        for _ in range(ROUNDS):
            solved = self.model.relaxed()
            if solved is None:
                return None, nothing
            fresh = self._worth(solved.prices)
            if not len(fresh):
                break
            self._take_in(fresh)
        found = self._whole()
        if found is None:
            fractional = self.model.relaxed()
            return (None, nothing) if fractional is None else (self._rounded(fractional.values), fractional.prices)
        return self.taken_in[found.values[self.model.columns[PAIRS]] > 0.5], found.prices

    def binding(self, pair: int, prices: Floats) -> tuple[str, ...]:
        """The limits that decided on a pair, by name, each with what one more of it would earn.

        A price as high as the limit's cost is no money: the week goes beyond that limit. One above the best caption
        holds such costs of other limits, and is not told.
        """
        pairs, rows, costs = self.pairs, self.model.rows, self.costs
        limits = [
            ("length share 2.1", int(rows[LENGTH][0]) if pairs.optimal[pair] else NO_ROW, costs.short),
            (WEEK, _row(rows[WEEK], pairs.week[pair]), costs.content),
            (DAY, _row(rows[DAY], pairs.day[pair]), costs.content),
            ("wanted by other slots too", int(self.group_row[pairs.duplicate_group[pair]]), FREE),
            *((q.name, int(row) if q.members[pair] else NO_ROW, q.cost) for row, q in self._quota_rows()),
        ]
        told = [(name, abs(float(prices[row])), cost) for name, row, cost in limits if row != NO_ROW]
        return tuple(_told(name, price, cost, self.unit) for name, price, cost in told if price > BINDING)

    def _quota_rows(self) -> list[tuple[int, Quota]]:
        return list(zip(self.model.rows.get("quotas", np.empty(0, np.int64)).tolist(), self.quotas, strict=True))

    def _take_in(self, fresh: Ints) -> None:
        pairs, model, rows = self.pairs, self.model, self.model.rows
        groups = np.unique(pairs.duplicate_group[fresh])
        groups = groups[self.group_row[groups] == NO_ROW]
        self.group_row[groups] = model.limits(DUPLICATES, np.full(len(groups), -FREE), np.ones(len(groups)))
        column = model.variables(PAIRS, self.tilt[fresh] - pairs.weight[fresh], 1.0, is_whole=True)
        model.add(rows[SLOTS][pairs.cell[fresh]], column)
        model.add(self.group_row[pairs.duplicate_group[fresh]], column)
        model.add(rows[LENGTH][0], column[pairs.optimal[fresh]])
        for name, number in ((WEEK, pairs.week[fresh]), (DAY, pairs.day[fresh])):
            model.add(rows[name][number[number != NO_CONTENT]], column[number != NO_CONTENT])
        for row, quota in self._quota_rows():
            model.add(row, column[quota.members[fresh]])
        self.taken_in = np.concatenate([self.taken_in, fresh])
        self.is_taken_in[fresh] = True

    def _whole(self) -> Solution | None:
        return self.model.whole()

    def _rounded(self, x: Floats) -> Ints:
        """Whole pairs near a solution with fractions: the largest fraction first, each slot and near-duplicate once."""
        pairs, share = self.pairs, x[self.model.columns[PAIRS]]
        room, spent, taken = self.slots.copy(), set[int](), []
        for at in np.lexsort((-pairs.weight[self.taken_in], -share)).tolist():
            pair = int(self.taken_in[at])
            if room[pairs.cell[pair]] > 0 and int(pairs.duplicate_group[pair]) not in spent:
                room[pairs.cell[pair]] -= 1
                spent.add(int(pairs.duplicate_group[pair]))
                taken.append(pair)
        return np.array(sorted(taken), dtype=np.int64)

    def _worth(self, duals: Floats) -> Ints:
        """Pairs that pay more than the rows they take up; the best few of each cell."""
        pairs, rows = self.pairs, self.model.rows
        prices = np.append(duals, 0.0)  # the last is that of NO_ROW
        gain = pairs.weight + prices[rows[SLOTS][pairs.cell]] + prices[self.group_row[pairs.duplicate_group]]
        gain = gain + np.where(pairs.optimal, prices[rows[LENGTH][0]], 0.0)
        for name, number in ((WEEK, pairs.week), (DAY, pairs.day)):
            gain = gain + prices[np.append(rows[name], NO_ROW)[number]]
        for row, quota in self._quota_rows():
            gain = gain + quota.members * prices[row]
        open_ = np.flatnonzero((gain > 1e-6) & ~self.is_taken_in)
        order = open_[np.lexsort((-gain[open_], pairs.cell[open_]))]
        starts = np.searchsorted(pairs.cell[order], pairs.cell[order])
        return np.sort(order[np.arange(len(order)) - starts < FURTHER])


def _told(name: str, price: float, cost: float, unit: float) -> str:
    if price >= cost * unit * (1 - 1e-6):
        return f"{name}: not kept in full"
    return f"{name}: ${price:.2f}" if price < unit else name


def _row(rows: Ints, number: int) -> int:
    return NO_ROW if number == NO_CONTENT else int(rows[number])


def _fill_slots(model: Model, slots: Ints, cost: float) -> None:
    """Σ_k take[c, k] + empty[c] = slots[c] for every cell (sends)."""
    row = model.limits(SLOTS, slots, slots)
    model.may_fall_short("empty slots", row, cost)


def _reach_length(model: Model, demanded: float, cost: float) -> None:
    """Σ take of optimal length in sends that sell + lacking ≥ demanded (texts) [2.1]."""
    row = model.limits(LENGTH, [demanded], FREE)
    model.may_fall_short("lacking length", row, cost)


def _spread_content(model: Model, limits: ContentLimits, types: int, cost: float) -> None:
    """Σ take of a content type − excess ≤ the most sends a week, and on each day the most a day (sends)."""
    weeks = model.limits(WEEK, -FREE, np.full(types, float(limits.max_per_week)))
    days = model.limits(DAY, -FREE, np.full(types * DAYS, float(limits.max_per_day)))
    model.may_exceed("too often", np.concatenate([weeks, days]), cost)
