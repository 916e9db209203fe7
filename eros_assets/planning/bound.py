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
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array, hstack, vstack

from eros_assets.planning.allocation_program import weekly_ranges
from eros_assets.planning.caption_program import UNRELAXED_LEVEL
from eros_assets.planning.creator_week import DAYS, Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.demand import Demand, campaign_budget, weekly_demands
from eros_assets.planning.programs import solve_linear
from eros_assets.planning.rotation import patterns_of_week
from eros_assets.planning.spacing import least_gap, open_hours
from eros_assets.planning.stages import Analysis, Filled
from eros_assets.planning.value import caption_values, day_factors
from eros_assets.settings import SendType

HOURS = 24
CONVERGED = 1e-3
"""Share of the bound by which another round could still lower it."""
PAIRS = 25
"""Captions of a type and day that a round takes in besides each place's best."""


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
        net, pairs = master.worth(prices)
        # The first prices prove little: they know no caption but the plan's own.
        if number >= min(2, rounds - 1):
            best = min(best, master.bound(prices, net))
            if best - value <= CONVERGED * best:
                break
        master.add(pairs)
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
    if week.on("VOLUME_TRIGGERS"):
        is_campaign = np.array([k.is_campaign for k in kinds])
        rows.append(csr_array(is_campaign[kind].astype(float)[None, :]))
        lows.append(0.0)
        made = sum(week.settings.send_type[item.timed.slot.key].is_campaign for item in filled)
        highs.append(float(max(campaign_budget(week), made)))
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


# -- limits that captions and places share ------------------------------------------------------------------


@dataclass(frozen=True)
class _Side:
    """Rows of one kind: captions of class a in places of class b at most ``most[a, b]`` times.

    Classes of −1 are free. With ``share`` a row grows with its places: by that part of every send there.
    """

    of_caption: Ints  # (pool,)
    of_place: Ints  # (places,)
    most: Floats  # (caption classes, place classes)
    share: float = 0.0


def _sides(week: CreatorWeek, places: _Places, own: Sequence[Filled], spots: Ints) -> list[_Side]:
    """Near-duplicates once a week, content types as often as 4.3 allows, PPV styles in turn [1.1]."""
    pool, limits = week.pool, week.settings.volume.content_limits
    _, twins = np.unique(pool.twins, return_inverse=True)
    everywhere = np.zeros(len(places.kind), dtype=np.int64)
    once = np.ones((int(twins.max(initial=0)) + 1, 1))
    content = pd.factorize(pool.content_type)[0].astype(np.int64)
    classes = int(content.max(initial=0)) + 1
    has_media = np.array([kind.media != "none" for kind in places.kinds])[places.kind]
    of_week = np.where(has_media, 0, -1)
    of_day = np.where(has_media, places.day, -1)
    sides = [
        _Side(twins, everywhere, once),
        _Side(content, of_week, np.full((classes, 1), float(limits.max_per_week))),
        _Side(content, of_day, np.full((classes, DAYS), float(limits.max_per_day))),
    ]
    if week.on("ROTATION_PATTERNS") and len(week.ppv_styles) > 1:
        sides += _style_sides(week, places)
    captions = np.array([item.caption for item in own], dtype=np.int64)
    return [_as_relaxed(side, captions, spots) for side in sides]


def _style_sides(week: CreatorWeek, places: _Places) -> list[_Side]:
    """Of n PPVs under one pattern at most ⌈n ÷ k⌉ ≤ (n + k − 1) ÷ k have the same of k styles; likewise of a day's."""
    names = sorted(week.ppv_styles)
    style = pd.Index(names).get_indexer(pd.Index(week.pool.style)).astype(np.int64)
    patterns = patterns_of_week(week)
    run = np.cumsum([0] + [patterns[day] != patterns[day - 1] for day in range(1, DAYS)])
    is_ppv = np.array([kind.is_ppv for kind in places.kinds])[places.kind]
    of_place = np.where(is_ppv, run[places.day], -1)
    k = len(names)
    of_run = _Side(style, of_place, np.full((k, int(run[-1]) + 1), 1 - 1 / k), 1 / k)
    # A day whose PPVs cannot outnumber the styles uses each once at most.
    caps = sum(week.settings.send_type[kind.key].max_per_day for kind in places.kinds if kind.is_ppv)
    of_day = _Side(style, np.where(is_ppv, places.day, -1), np.full((k, DAYS), float(-(-caps // k))))
    return [of_run, of_day]


def _as_relaxed(side: _Side, captions: Ints, spots: Ints) -> _Side:
    """The side with room for what the plan itself does."""
    used = np.zeros(side.most.shape)
    b = side.of_place[spots]
    for n in range(side.most.shape[1]):
        used[:, n] -= side.share * float((b == n).sum())
    a = np.full(len(captions), -1)
    a[captions >= 0] = side.of_caption[captions[captions >= 0]]
    both = (a >= 0) & (b >= 0)
    np.add.at(used, (a[both], b[both]), 1.0)
    return replace(side, most=np.maximum(side.most, used))


# -- the relaxation, by column generation ------------------------------------------------------------------


@dataclass(frozen=True)
class _Prices:
    """What the relaxation pays for one more of each scarce thing, dollars."""

    sides: list[Floats]  # shaped like ``most``, ≥ 0
    limits: Floats  # by row of the places' limits, free in sign
    optimal: float  # for one more caption of optimal length demanded, ≥ 0


class _Master:
    """The restricted program: pairs of caption and place taken in so far, and empty places."""

    def __init__(self, week: CreatorWeek, places: _Places, filled: Sequence[Filled], optimal_demanded: float) -> None:
        self.places = places
        self.demanded = optimal_demanded
        self.is_optimal = week.pool.is_optimal.astype(float)
        worst = Counter({kind.key: UNRELAXED_LEVEL for kind in places.kinds})
        for item in filled:
            if item.caption >= 0:
                worst[item.timed.slot.key] = max(worst[item.timed.slot.key], item.level)
        self.options: dict[tuple[int, int], tuple[Ints, Floats]] = {}
        for number, day in sorted(set(zip(places.kind.tolist(), places.day.tolist(), strict=True))):
            key = places.kinds[number].key
            where, _, _ = week.eligible(key)
            # Where the day is not known: rest days pass during the week, what is open on Sunday bounds every day.
            open_ = week.levels(key, week.days[day]) <= worst[key]
            self.options[number, day] = where[open_], caption_values(week, key)[open_]
        self.caption = np.full(len(places.kind), -1)
        self.place = np.arange(len(places.kind))
        self.value = np.zeros(len(places.kind))
        lookup = {
            (places.kinds[k].key, int(d), int(h)): n
            for n, (k, d, h) in enumerate(zip(places.kind, places.day, places.hour, strict=True))
        }
        spots = np.array(
            [
                lookup.get(
                    (i.timed.slot.key, i.timed.slot.day, i.timed.hour), lookup.get((i.timed.slot.key, -1, 0), -1)
                )
                for i in filled
            ]
        )
        known = spots >= 0
        self.sides = _sides(week, places, [i for i, good in zip(filled, known, strict=True) if good], spots[known])
        captions = np.array([i.caption for i in filled], dtype=np.int64)
        own = known & (captions >= 0)
        self._extend(captions[own], spots[own], np.array([i.expected for i in filled])[own])

    def _extend(self, caption: Ints, place: Ints, value: Floats) -> None:
        self.caption = np.concatenate([self.caption, caption])
        self.place = np.concatenate([self.place, place])
        self.value = np.concatenate([self.value, value])

    def solve(self) -> tuple[float, _Prices]:
        """Optimum of the restricted relaxation and its prices."""
        limits = self.places.limits
        has = np.flatnonzero(self.caption >= 0)
        blocks, highs, kept = [limits[:, self.place]], [self.places.high], []
        for side in self.sides:
            a = side.of_caption[self.caption[has]]
            b = side.of_place[self.place[has]]
            both = (a >= 0) & (b >= 0)
            rows, row, size = np.unique(a[both] * side.most.shape[1] + b[both], return_inverse=True, return_counts=True)
            # A row with no more columns than it allows binds nothing, unless a place holds several sends.
            several = np.bincount(row, weights=self.places.day[self.place[has[both]]] < 0, minlength=len(rows)) > 0
            binds = (size > side.most.ravel()[rows] + 1e-9) | several | (side.share > 0)
            number = np.where(binds, np.cumsum(binds) - 1, -1)
            rows = rows[binds]
            mine = number[row] >= 0
            block = csr_array(
                (np.ones(int(mine.sum())), (number[row][mine], has[both][mine])),
                shape=(len(rows), len(self.caption)),
            )
            if side.share:
                block = block - side.share * csr_array(
                    (rows[:, None] % side.most.shape[1] == side.of_place[self.place][None, :]).astype(float)
                )
            blocks.append(block)
            highs.append(side.most.ravel()[rows])
            kept.append(rows)
        counts = np.zeros(len(self.caption))
        counts[has] = self.is_optimal[self.caption[has]]
        blocks.append(csr_array(counts[None, :]))
        low = np.concatenate([self.places.low, np.full(sum(len(rows) for rows in kept), -np.inf), [self.demanded]])
        high = np.concatenate([*highs, [np.inf]])
        matrix = csr_array(vstack(blocks))
        solved = solve_linear(-self.value, matrix, low, high, np.full(len(self.value), np.inf))
        if solved is None:
            raise RuntimeError("the plan's own columns do not satisfy the bound's limits")
        x, duals = solved
        first = limits.shape[0]
        sides = []
        for side, rows in zip(self.sides, kept, strict=True):
            price = np.zeros(side.most.size)
            price[rows] = np.maximum(-duals[first : first + len(rows)], 0.0)
            sides.append(price.reshape(side.most.shape))
            first += len(rows)
        return float(self.value @ x), _Prices(sides, -duals[: limits.shape[0]], max(float(duals[-1]), 0.0))

    def _cost(self, prices: _Prices, where: Ints, place: int) -> Floats:
        """Price of each caption in a place; the same in every hour of a type's day."""
        cost = -prices.optimal * self.is_optimal[where]
        for side, price in zip(self.sides, prices.sides, strict=True):
            b = int(side.of_place[place])
            if b >= 0:
                a = side.of_caption[where]
                cost = cost + np.where(a >= 0, price[a, b], 0.0)
        return cost

    def _bonus(self, prices: _Prices) -> Floats:
        """What each place, filled or not, adds to the room of rows that grow with it."""
        bonus = np.zeros(len(self.places.kind))
        for side, price in zip(self.sides, prices.sides, strict=True):
            if side.share:
                has = side.of_place >= 0
                bonus[has] += side.share * price.sum(axis=0)[side.of_place[has]]
        return bonus

    def worth(self, prices: _Prices) -> tuple[Floats, list[tuple[int, int]]]:
        """Of every place: its best caption's value less that caption's price (at least 0), with its bonus;
        and the pairs that pay more than their place costs."""
        places = self.places
        best = np.zeros(len(places.kind))
        rent = places.limits.T @ prices.limits - self._bonus(prices)
        pairs: list[tuple[int, int]] = []
        for (number, day), (where, values) in self.options.items():
            if not len(where):
                continue
            mine = np.flatnonzero((places.kind == number) & (places.day == day))
            cost = self._cost(prices, where, int(mine[0]))
            table = values[:, None] * places.factor[mine][None, :] - cost[:, None]
            top = table.argmax(axis=0)
            best[mine] = np.maximum(table[top, np.arange(len(mine))], 0.0)
            gain = table - rent[mine][None, :]
            spot = gain.argmax(axis=1)
            own = gain[np.arange(len(where)), spot]
            most = np.argsort(-own, kind="stable")[:PAIRS]
            most = most[own[most] > 1e-9]
            pairs += list(zip(where[most].tolist(), mine[spot[most]].tolist(), strict=True))
            good = np.flatnonzero(best[mine] - rent[mine] > 1e-9)
            pairs += list(zip(where[top[good]].tolist(), mine[good].tolist(), strict=True))
        return best + self._bonus(prices), pairs

    def bound(self, prices: _Prices, net: Floats) -> float:
        """The bound these prices prove: shared limits paid for, places filled at best net worth."""
        places = self.places
        solved = solve_linear(-net, csr_array(places.limits), places.low, places.high, np.full(len(net), np.inf))
        if solved is None:
            return np.inf
        paid = sum(float((price * side.most).sum()) for side, price in zip(self.sides, prices.sides, strict=True))
        return paid - prices.optimal * self.demanded + float(net @ solved[0])

    def add(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Take in pairs of caption and place that are not known yet."""
        fresh = sorted(set(pairs) - set(zip(self.caption.tolist(), self.place.tolist(), strict=True)))
        if not fresh:
            return
        captions, spots = (np.array(part, dtype=np.int64) for part in zip(*fresh, strict=True))
        worth = np.zeros(len(captions))
        for (number, day), (where, values) in self.options.items():
            mine = (self.places.kind[spots] == number) & (self.places.day[spots] == day)
            worth[mine] = values[np.searchsorted(where, captions[mine])]
        self._extend(captions, spots, worth * self.places.factor[spots])
