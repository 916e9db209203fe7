"""A proven upper bound on the value of any plan of the same week (design §4).

Stages decide one after another; the bound is on the joint problem: types, hours and captions at
once. Its linear relaxation gives a caption to a place (type, day, hour); distances are relaxed to
whole hours. Columns are generated: the program starts with the plan's own and takes in whatever its
prices call worth having. After any round the prices give a valid bound: every place is worth at most
its best caption less that caption's price, and no plan fills the places better than a linear program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from eros_assets.planning.allocation_program import weekly_ranges
from eros_assets.planning.caption_program import UNRELAXED_LEVEL
from eros_assets.planning.creator_week import DAYS, Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.demand import Demand, weekly_demands
from eros_assets.planning.programs import solve_linear
from eros_assets.planning.spacing import least_gap, open_hours
from eros_assets.planning.stages import Analysis, Filled
from eros_assets.planning.value import caption_values, day_factors
from eros_assets.settings import SendType

HOURS = 24
CONVERGED = 1e-3
"""Share of the bound by which another round could still lower it."""


@dataclass(frozen=True)
class _Places:
    """Where a send may stand: type, day and hour (engagement and retention: the type alone), with its limits."""

    kinds: list[SendType]
    kind: Ints  # index into kinds
    day: Ints  # −1 where the day makes no difference
    hour: Ints
    factor: Floats  # what the place makes of a caption's value
    limits: csc_array  # rows × places
    low: Floats
    high: Floats


def upper_bound(
    week: CreatorWeek, analysis: Analysis, filled: Sequence[Filled], optimal_demanded: float, rounds: int
) -> float | None:
    """Dollars no plan can exceed that has the same counts per day and category and the same limits.

    Limits that this plan relaxed count as far as it relaxed them; ``optimal_demanded`` captions have
    250–449 characters at least [2.1]. More ``rounds`` tighten the bound, any number is valid.
    """
    demands = [demand for demand in weekly_demands(week, analysis) if demand.per_day.sum()]
    known = {kind.key for demand in demands for kind in demand.kinds}
    if not filled or {item.timed.slot.key for item in filled} - known:
        return None
    places = _places(week, demands, filled)
    master = _Master(week, places, filled, optimal_demanded)
    best = np.inf
    for number in range(rounds):
        value, prices = master.solve()
        net, caption = master.net_worth(prices)
        # The first prices prove little: they know no caption but the plan's own.
        if number >= min(2, rounds - 1):
            best = min(best, master.bound(prices, net))
            if best - value <= CONVERGED * best:
                break
        master.add(net, caption, prices)
    return float(best)


# -- places and their limits -----------------------------------------------------------------------------


def _places(week: CreatorWeek, demands: Sequence[Demand], filled: Sequence[Filled]) -> _Places:
    kinds = [kind for demand in demands for kind in demand.kinds]
    offset = 0
    columns: list[tuple[Ints, Ints, Ints, Floats]] = []
    rows: list[csr_array] = []
    lows: list[float] = []
    highs: list[float] = []
    blocks = []
    for demand in demands:
        own = {kind.key for kind in demand.kinds}
        items = [item for item in filled if item.timed.slot.key in own]
        part, matrix, low, high = _pot(week, demand, items)
        columns.append((part[0] + offset, *part[1:]))
        offset += len(demand.kinds)
        blocks.append(matrix)
        lows += low
        highs += high
    width = [block.shape[1] for block in blocks]
    for n, block in enumerate(blocks):
        left, right = sum(width[:n]), sum(width[n + 1 :])
        rows.append(hstack([csr_array((block.shape[0], left)), block, csr_array((block.shape[0], right))]))
    kind, day, hour, factor = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return _Places(kinds, kind, day, hour, factor, csc_array(vstack(rows)), np.array(lows), np.array(highs))


def _pot(
    week: CreatorWeek, demand: Demand, items: Sequence[Filled]
) -> tuple[tuple[Ints, Ints, Ints, Floats], csr_array, list[float], list[float]]:
    """Places of one pot with their rows: counts per day, weekly ranges, daily caps and distances."""
    counts = np.zeros((len(demand.kinds), DAYS), dtype=np.int64)
    index = {kind.key: row for row, kind in enumerate(demand.kinds)}
    for item in items:
        counts[index[item.timed.slot.key], item.timed.slot.day] += 1
    low, high = weekly_ranges(week, demand)
    low, high = np.minimum(low, counts.sum(axis=1)), np.maximum(high, counts.sum(axis=1))
    is_revenue = demand.category == "revenue"
    if is_revenue:
        open_ = _open(week, items)
        kind, day, hour = (
            axis.ravel()
            for axis in np.meshgrid(np.arange(len(demand.kinds)), np.arange(DAYS), np.arange(HOURS), indexing="ij")
        )
        keep = open_[day, hour]
        kind, day, hour = kind[keep], day[keep], hour[keep]
        factor = day_factors(week, counts.sum(axis=0).tolist())[day] * week.hour_factor[hour]
    else:
        kind = np.arange(len(demand.kinds))
        day, hour, factor = np.full(len(kind), -1), np.zeros(len(kind), dtype=np.int64), np.ones(len(kind))
    masks: list[Bools] = []
    lows: list[float] = []
    highs: list[float] = []

    def add(mask: Bools, least: float, most: float) -> None:
        masks.append(mask)
        lows.append(least)
        highs.append(most)

    for row in range(len(demand.kinds)):
        add(kind == row, float(low[row]), float(high[row]))
    if not is_revenue:
        add(kind >= 0, float(counts.sum()), float(counts.sum()))
    else:
        for number in range(DAYS):
            today = day == number
            add(today, float(counts[:, number].sum()), float(counts[:, number].sum()))
            for row in range(len(demand.kinds)):
                add(today & (kind == row), 0.0, float(max(demand.day_cap[row, number], counts[row, number])))
            for members, gap in _gaps(week, demand.kinds):
                if len(members) == 1 and max(demand.day_cap[members[0], number], counts[members[0], number]) <= 1:
                    continue
                mine = today & np.isin(kind, members)
                for span in (gap // 60,) if gap % 60 == 0 else (1, 2, 3):
                    # Within ``span`` whole hours fit at most ⌊(60·span − 1) ÷ gap⌋ + 1 sends.
                    fit = float((60 * span - 1) // gap + 1)
                    for first in np.unique(hour[mine]):
                        add(mine & (hour >= first) & (hour < first + span), 0.0, fit)
    return (kind, day, hour, factor), csr_array(np.array(masks, dtype=float)), lows, highs


def _gaps(week: CreatorWeek, kinds: Sequence[SendType]) -> list[tuple[list[int], int]]:
    """Groups of types and the minutes that part any two of their sends."""
    rule = week.settings.timing.spacing_minutes
    groups = [(list(range(len(kinds))), rule.any), ([n for n, kind in enumerate(kinds) if kind.is_ppv], rule.ppv)]
    groups += [([n], least_gap(kind, kind, week.settings)) for n, kind in enumerate(kinds)]
    return [(members, min(gap, HOURS * 60)) for members, gap in groups if members]


def _open(week: CreatorWeek, items: Sequence[Filled]) -> Bools:
    """Hours each day may use: the creator's window, or the whole one where the plan needed it; shape (7, 24)."""
    start, end = week.active_hours
    window = week.settings.timing.active_window
    narrow, wide = open_hours(week, start, end), open_hours(week, window.default_start, window.default_end)
    days = [[item.timed.hour for item in items if item.timed.slot.day == day] for day in range(DAYS)]
    return np.array([narrow if all(narrow[hour] for hour in hours) else wide for hours in days])


# -- the relaxation, by column generation ------------------------------------------------------------------


@dataclass(frozen=True)
class _Prices:
    """What the relaxation pays for one more of each scarce thing, dollars."""

    twins: Floats  # by near-duplicate group, ≥ 0
    limits: Floats  # by row of the places' limits, free in sign
    optimal: float  # for one more caption of optimal length demanded, ≥ 0


class _Master:
    """The restricted program: pairs of caption and place taken in so far, and empty places."""

    def __init__(self, week: CreatorWeek, places: _Places, filled: Sequence[Filled], optimal_demanded: float) -> None:
        self.places = places
        self.demanded = optimal_demanded
        pool = week.pool
        _, self.twins = np.unique(pool.twins, return_inverse=True)
        self.is_optimal = pool.is_optimal.astype(float)
        worst = Counter({kind.key: UNRELAXED_LEVEL for kind in places.kinds})
        for item in filled:
            if item.caption >= 0:
                worst[item.timed.slot.key] = max(worst[item.timed.slot.key], item.level)
        self.options: list[tuple[Ints, Floats]] = []
        for kind in places.kinds:
            where, _, _ = week.eligible(kind.key)
            # Rest days pass during the week: what is open on Sunday bounds every day.
            open_ = week.levels(kind.key, week.days[-1]) <= worst[kind.key]
            self.options.append((where[open_], caption_values(week, kind.key)[open_]))
        self.caption = np.full(len(places.kind), -1)
        self.place = np.arange(len(places.kind))
        self.value = np.zeros(len(places.kind))
        lookup = {
            (places.kinds[k].key, int(d), int(h)): n
            for n, (k, d, h) in enumerate(zip(places.kind, places.day, places.hour, strict=True))
        }
        own = [item for item in filled if item.caption >= 0]
        spots = [
            lookup.get((i.timed.slot.key, i.timed.slot.day, i.timed.hour), lookup.get((i.timed.slot.key, -1, 0), -1))
            for i in own
        ]
        self._extend(
            np.array([i.caption for i in own], dtype=np.int64), np.array(spots), np.array([i.expected for i in own])
        )

    def _extend(self, caption: Ints, place: Ints, value: Floats) -> None:
        good = place >= 0
        self.caption = np.concatenate([self.caption, caption[good]])
        self.place = np.concatenate([self.place, place[good]])
        self.value = np.concatenate([self.value, value[good]])

    def solve(self) -> tuple[float, _Prices]:
        """Optimum of the restricted relaxation and its prices."""
        limits = self.places.limits
        has = self.caption >= 0
        groups, row = np.unique(self.twins[self.caption[has]], return_inverse=True)
        once = csr_array((np.ones(int(has.sum())), (row, np.flatnonzero(has))), shape=(len(groups), len(self.caption)))
        counts = np.zeros(len(self.caption))
        counts[has] = self.is_optimal[self.caption[has]]
        optimal = csr_array(counts[None, :])
        low = np.concatenate([self.places.low, np.full(len(groups), -np.inf), [self.demanded]])
        high = np.concatenate([self.places.high, np.ones(len(groups)), [np.inf]])
        matrix = csr_array(vstack([limits[:, self.place], once, optimal]))
        solved = solve_linear(-self.value, matrix, low, high, np.full(len(self.value), np.inf))
        if solved is None:
            raise RuntimeError("the plan's own columns do not satisfy the bound's limits")
        x, duals = solved
        twins = np.zeros(int(self.twins.max()) + 1 if len(self.twins) else 1)
        n = limits.shape[0]
        twins[groups] = np.maximum(-duals[n : n + len(groups)], 0.0)
        return float(self.value @ x), _Prices(twins, -duals[:n], max(float(duals[-1]), 0.0))

    def net_worth(self, prices: _Prices) -> tuple[Floats, Ints]:
        """Of every place: its best caption's value less that caption's price (at least 0), and which (−1 = none)."""
        net = np.zeros(len(self.places.kind))
        best = np.full(len(self.places.kind), -1)
        for number, (where, values) in enumerate(self.options):
            mine = np.flatnonzero(self.places.kind == number)
            if not len(where) or not len(mine):
                continue
            cost = prices.twins[self.twins[where]] - prices.optimal * self.is_optimal[where]
            steps, spot = np.unique(self.places.factor[mine], return_inverse=True)
            table = values[:, None] * steps[None, :] - cost[:, None]
            top = table.argmax(axis=0)
            worth = table[top, np.arange(len(steps))]
            net[mine] = np.maximum(worth, 0.0)[spot]
            best[mine] = np.where(worth > 0, where[top], -1)[spot]
        return net, best

    def bound(self, prices: _Prices, net: Floats) -> float:
        """The bound these prices prove: captions paid for once, places filled at best net worth."""
        places = self.places
        solved = solve_linear(-net, csr_array(places.limits), places.low, places.high, np.full(len(net), np.inf))
        if solved is None:
            return np.inf
        return float(prices.twins.sum()) - prices.optimal * self.demanded + float(net @ solved[0])

    def add(self, net: Floats, caption: Ints, prices: _Prices) -> None:
        """Take in each place's best caption where it pays more than the place costs, and each caption's best place."""
        rent = self.places.limits.T @ prices.limits
        good = (net > rent + 1e-9) & (caption >= 0)
        spots = np.flatnonzero(good)
        pairs = {(int(caption[n]), int(n)) for n in spots}
        for number, (where, values) in enumerate(self.options):
            mine = np.flatnonzero(self.places.kind == number)
            if not len(where) or not len(mine):
                continue
            cost = prices.twins[self.twins[where]] - prices.optimal * self.is_optimal[where]
            table = values[:, None] * self.places.factor[mine][None, :] - cost[:, None] - rent[mine][None, :]
            top = table.argmax(axis=1)
            pays = table[np.arange(len(where)), top] > 1e-9
            pairs |= set(zip(where[pays].tolist(), mine[top[pays]].tolist(), strict=True))
        known = set(zip(self.caption.tolist(), self.place.tolist(), strict=True))
        fresh = sorted(pairs - known)
        if not fresh:
            return
        captions, spots = (np.array(part, dtype=np.int64) for part in zip(*fresh, strict=True))
        lookup = [dict(zip(where.tolist(), values.tolist(), strict=True)) for where, values in self.options]
        worth = np.array([lookup[int(self.places.kind[n])][int(c)] for c, n in fresh])
        self._extend(captions, spots, worth * self.places.factor[spots])
