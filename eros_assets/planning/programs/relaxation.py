"""The joint problem of a week as a linear program: types, hours and captions at once.

A column gives a caption to a place. Columns are generated: the program starts with empty places and
takes in whatever its prices call worth having. Its solution says which types belong on which days;
its prices prove what no plan can exceed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csc_array, csr_array, hstack, vstack

from eros_assets.planning.programs.places import AT_ALL, Places
from eros_assets.planning.programs.prices import EMPTY_COST, RELAXED_COST, SHORT_COST
from eros_assets.planning.programs.shared_limits import shared_limits
from eros_assets.planning.programs.solver import Program
from eros_assets.planning.week.creator_week import NO_GRADE, NOTHING_GIVEN_UP, CreatorWeek, Floats, Ints
from eros_assets.planning.week.value import caption_values

PAIRS = 25
"""Captions of a type and day that a round takes in besides each place's best."""
STALLED = 1e-3
"""Share of the value that a round of columns must add to be followed by another."""
CONVERGED = 1e-3
"""Share of the bound by which another round could still lower it."""


@dataclass(frozen=True)
class _Prices:
    """What the relaxation pays for one more of each scarce thing, dollars."""

    sides: list[Floats]  # shaped like ``most``, ≥ 0
    limits: Floats  # by row of the places' limits, free in sign
    optimal: float  # for one more caption of optimal length demanded, ≥ 0


@dataclass(frozen=True)
class Counts:
    """What the relaxation decides."""

    sends: dict[tuple[str, int], int]  # of a type on a day (−1: in the week)
    values: dict[tuple[str, int], float]  # mean dollars of a revenue type's sends on a day at a mean hour
    style_ratio: dict[tuple[str, str], float]  # what captions of a style are worth against all of the type's


class Relaxation:
    """The restricted program: pairs of caption and place taken in so far, empty places, and counts.

    ``worst`` is the grade up to which a type's captions come at no extra cost; dearer ones are open only
    with ``is_penalised``, where those run out, at the caption program's price.
    """

    def __init__(
        self,
        week: CreatorWeek,
        places: Places,
        demanded: float,
        worst: Mapping[str, int],
        is_penalised: bool,
    ) -> None:
        self.week, self.places, self.demanded = week, places, demanded
        self.sides = shared_limits(week, places)
        self.is_optimal = week.pool.is_optimal.astype(float)
        self.sells = np.array([kind.is_selling for kind in places.kinds], dtype=float)[places.kind]
        self._find_options(worst, is_penalised)
        size = len(places.kind)
        self.caption, self.place = np.full(size, -1), np.arange(size)
        self.known = np.zeros((len(week.pool), size), dtype=bool)
        empty = -EMPTY_COST * self.unit if is_penalised else 0.0
        self.value = np.full(size, empty)
        self.empty = empty
        counts = len(places.count_kind)
        self.column = np.arange(size)  # of each pair in the program; counts come behind the empty places
        self.side_rows = 0  # rows of sides in the program, behind the limits and the lengths
        self.row_of = [np.full(side.most.size, -1) for side in self.sides]
        first = places.limits.shape[0]
        self.length_row = first
        self._first_side = first + 1
        # The last column is what the demanded share of optimal lengths falls short by, at a price.
        lack = csr_array(([1.0], ([first], [size + counts])), shape=(first + 1, size + counts + 1))
        matrix = lack + vstack([hstack([places.limits, csr_array((first, 1))]), csr_array((1, size + counts + 1))])
        self.program = Program(
            np.concatenate([-self.value, np.zeros(counts), [SHORT_COST * self.unit]]),
            csc_array(matrix),
            np.concatenate([places.low, [demanded]]),
            np.concatenate([places.high, [np.inf]]),
            np.concatenate([np.full(size, np.inf), places.count_most, [np.inf]]),
        )
        self._counts = np.arange(size, size + counts)
        self._filler = Program(np.zeros(size + counts), places.limits, places.low, places.high, self.program.upper[:-1])

    def _find_options(self, worst: Mapping[str, int], is_penalised: bool) -> None:
        week, places = self.week, self.places
        self.options: dict[tuple[int, int], tuple[Ints, Floats]] = {}
        best = 0.0
        levels = {}
        for number, day in sorted(set(zip(places.kind.tolist(), places.day.tolist(), strict=True))):
            key = places.kinds[number].key
            where, _, _ = week.eligible(key)
            # Where the day is not known: rest days pass during the week, what is open on Sunday bounds every day.
            grade = week.grades(key, week.days[day])
            open_ = grade <= worst.get(key, NOTHING_GIVEN_UP)
            over = np.zeros(int(open_.sum()))
            if is_penalised:
                needed = int(places.count_most[places.count_kind == number].sum())
                if int(open_.sum()) < needed:
                    open_ = grade < NO_GRADE
                    over = grade[open_].astype(float)
            own = where[open_]
            values = caption_values(week, key)[open_]
            best = max(best, float(values.max(initial=0.0)))
            self.options[number, day] = own, values
            levels[number, day] = over
        self.unit = best + 1.0
        for name, over in levels.items():
            own, values = self.options[name]
            self.options[name] = own, values - over * RELAXED_COST * self.unit

    # -- columns and rows --

    def add(self, caption: Ints, place: Ints) -> bool:
        """Take in pairs of caption and place that are not known yet; whether there were any."""
        fresh = ~self.known[caption, place]
        if not fresh.any():
            return False
        pairs = np.unique(np.column_stack([place[fresh], caption[fresh]]), axis=0)
        place, caption = pairs[:, 0], pairs[:, 1]
        self.known[caption, place] = True
        value = self._values(caption, place)
        self._open_rows(caption, place)
        limits = csc_array(self.places.limits)[:, place]
        counted = csr_array((self.is_optimal[caption] * self.sells[place])[None, :])
        cells = [self._cells(n, row_of, caption, place) for n, row_of in enumerate(self.row_of)]
        row, column, entry = (np.concatenate(axis) for axis in zip(*cells, strict=True))
        rows = csr_array((entry, (row - self._first_side, column)), shape=(self.side_rows, len(caption)))
        self.program.add_columns(-value, csc_array(vstack([limits, counted, rows])), np.full(len(caption), np.inf))
        first = len(self.program.cost) - len(caption)
        self.column = np.concatenate([self.column, np.arange(first, first + len(caption))])
        self.caption, self.place = np.concatenate([self.caption, caption]), np.concatenate([self.place, place])
        self.value = np.concatenate([self.value, value])
        return True

    def _values(self, caption: Ints, place: Ints) -> Floats:
        worth = np.full(len(caption), self.empty)
        for (number, day), (where, values) in self.options.items():
            mine = (self.places.kind[place] == number) & (self.places.day[place] == day)
            worth[mine] = values[np.searchsorted(where, caption[mine])]
        return worth * self.places.factor[place]

    def _open_rows(self, caption: Ints, place: Ints) -> None:
        """Rows that may bind from now on: more columns than they allow, or a place that holds several sends."""
        every, spots = np.concatenate([self.caption, caption]), np.concatenate([self.place, place])
        for number, side in enumerate(self.sides):
            a = side.of_caption[every]
            b = side.of_place[spots]
            both = (a >= 0) & (b >= 0)
            flat = a[both] * side.most.shape[1] + b[both]
            size = np.bincount(flat, minlength=side.most.size)
            grows = bool(side.share.any())
            several = np.bincount(flat, weights=self.places.day[spots[both]] < 0, minlength=side.most.size) > 0
            binds = (size > side.most.ravel() + 1e-9) | several | (grows & (size > 0)) | (side.sign < 0)
            fresh = np.flatnonzero(binds & (self.row_of[number] < 0))
            if not len(fresh):
                continue
            own = np.full(side.most.size, -1)
            own[fresh] = np.arange(len(fresh))
            self.row_of[number][fresh] = self._first_side + self.side_rows + own[fresh]
            self.side_rows += len(fresh)
            row, column, entry = self._cells(number, own, self.caption, self.place)
            shape = (len(fresh), len(self.program.cost))
            matrix = csr_array((entry, (row, self.column[column])), shape=shape)
            self.program.add_rows(matrix, np.full(len(fresh), -np.inf), side.most.ravel()[fresh])
            if side.cost:
                self._add_slack(self.row_of[number][fresh], side.cost)

    def _add_slack(self, rows: Ints, cost: float) -> None:
        """A column for every row: what a plan goes beyond it, at a price."""
        slack = csc_array((-np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(int(rows.max()) + 1, len(rows)))
        self.program.add_columns(np.full(len(rows), cost * self.unit), slack, np.full(len(rows), np.inf))

    def _cells(self, number: int, row_of: Ints, caption: Ints, place: Ints) -> tuple[Ints, Ints, Floats]:
        """Rows, pairs and coefficients of a side; ``row_of`` its flat index gives the row, −1 for none."""
        side = self.sides[number]
        classes, width = side.most.shape
        a, b = side.of_caption[caption], side.of_place[place]
        own = np.flatnonzero((a >= 0) & (b >= 0))
        row = row_of[a[own] * width + b[own]]
        own, row = own[row >= 0], row[row >= 0]
        entry = np.full(len(own), side.sign)
        if side.share.any():
            grown = np.flatnonzero((b >= 0) & (side.share[place] > 0))
            rows = row_of.reshape(classes, width)[:, b[grown]]
            which, at = np.nonzero(rows >= 0)
            row = np.concatenate([row, rows[which, at]])
            own = np.concatenate([own, grown[at]])
            entry = np.concatenate([entry, -side.sign * side.share[place[grown[at]]]])
        return row, own, entry

    def demand(self, optimal: float) -> None:
        """Ask for so many captions of optimal length in sends that sell [2.1]."""
        self.demanded = optimal
        self.program.bound_rows(np.array([self.length_row]), np.array([optimal]), np.array([np.inf]))

    def allow(self, caption: Ints, place: Ints) -> None:
        """Widen the limits as far as a plan goes beyond them: its captions (−1 = none) in their places."""
        places = self.places
        of_kind = places.count_kind == places.kind[place][:, None]
        counted = (of_kind & (places.count_day == places.day[place][:, None])).sum(axis=0)
        counted += of_kind.any(axis=0) & (places.count_day == AT_ALL)
        sent = np.concatenate([np.bincount(place, minlength=len(places.kind)), counted])
        activity = places.limits @ sent
        low, high = np.minimum(places.low, activity), np.maximum(places.high, activity)
        wider = np.flatnonzero((low < places.low) | (high > places.high))
        for program in (self.program, self._filler):
            program.bound_rows(wider, low[wider], high[wider])
        self.places = replace(places, low=low, high=high)
        for number, side in enumerate(self.sides):
            most = np.maximum(side.most, side.used(caption, place))
            wider = np.flatnonzero((most > side.most).ravel() & (self.row_of[number] >= 0))
            self.program.bound_rows(self.row_of[number][wider], np.full(len(wider), -np.inf), most.ravel()[wider])
            self.sides[number] = replace(side, most=most)

    # -- solving --

    def solve(self) -> tuple[float, _Prices] | None:
        """Optimum of the restricted relaxation and its prices; None when no allocation satisfies the limits."""
        solved = self.program.relaxed()
        if solved is None:
            return None
        x, duals = solved
        sides = []
        for side, row_of in zip(self.sides, self.row_of, strict=True):
            price = np.zeros(side.most.size)
            has = row_of >= 0
            price[has] = np.maximum(-duals[row_of[has]], 0.0)
            sides.append(price.reshape(side.most.shape))
        limits = -duals[: self.places.limits.shape[0]]
        return -float(self.program.cost @ x), _Prices(sides, limits, max(float(duals[self.length_row]), 0.0))

    def _cost(self, prices: _Prices, where: Ints, place: int) -> Floats:
        """Price of each caption in a place; the same in every hour of a type's day."""
        cost: Floats = -prices.optimal * self.is_optimal[where] * self.sells[place]
        for side, price in zip(self.sides, prices.sides, strict=True):
            b = int(side.of_place[place])
            if b >= 0:
                a = side.of_caption[where]
                cost = cost + np.where(a >= 0, side.sign * price[a, b], 0.0)
        return cost

    def _bonus(self, prices: _Prices) -> Floats:
        """What each place, filled or not, adds to the room of rows that grow with it."""
        bonus = np.zeros(len(self.places.kind))
        for side, price in zip(self.sides, prices.sides, strict=True):
            if side.share.any():
                has = side.of_place >= 0
                bonus[has] += side.sign * side.share[has] * price.sum(axis=0)[side.of_place[has]]
        return bonus

    def worth(self, prices: _Prices) -> tuple[Floats, tuple[Ints, Ints]]:
        """Of every place: its best caption's value less that caption's price, with its bonus; and the
        pairs (captions, places) that pay more than their place costs."""
        places = self.places
        size = len(places.kind)
        bonus = self._bonus(prices)
        best = np.full(size, self.empty)
        rent = (places.limits.T @ prices.limits)[:size] - bonus
        captions: list[Ints] = []
        spots: list[Ints] = []
        for (number, day), (where, values) in self.options.items():
            if not len(where):
                continue
            mine = np.flatnonzero((places.kind == number) & (places.day == day))
            cost = self._cost(prices, where, int(mine[0]))
            table = values[:, None] * places.factor[mine][None, :] - cost[:, None]
            top = table.argmax(axis=0)
            best[mine] = np.maximum(table[top, np.arange(len(mine))], self.empty)
            gain = table - rent[mine][None, :]
            spot = gain.argmax(axis=1)
            own = gain[np.arange(len(where)), spot]
            most = np.argsort(-own, kind="stable")[:PAIRS]
            most = most[own[most] > 1e-9]
            good = np.flatnonzero(best[mine] - rent[mine] > 1e-9)
            captions += [where[most], where[top[good]]]
            spots += [mine[spot[most]], mine[good]]
        nothing = np.empty(0, dtype=np.int64)
        return best + bonus, (np.concatenate([nothing, *captions]), np.concatenate([nothing, *spots]))

    def bound(self, prices: _Prices, net: Floats) -> float:
        """The bound these prices prove: shared limits paid for, places filled at best net worth."""
        self._filler.recost(np.concatenate([-net, np.zeros(len(self._counts))]))
        solved = self._filler.relaxed()
        if solved is None:
            return np.inf
        paid = sum(float((price * side.most).sum()) for side, price in zip(self.sides, prices.sides, strict=True))
        return paid - prices.optimal * self.demanded + float(net @ solved[0][: len(net)])

    def generate(self, rounds: int) -> None:
        """Take in worthwhile columns for so many rounds, or until a round adds next to nothing."""
        before = -np.inf
        for _ in range(rounds):
            solved = self.solve()
            if solved is None or solved[0] - before < STALLED * abs(solved[0]):
                return
            before = solved[0]
            if not self.add(*self.worth(solved[1])[1]):
                return

    def prove(self, rounds: int) -> float:
        """A bound on the value of every plan within the limits; more rounds tighten it, any number is valid."""
        best = np.inf
        for _ in range(rounds):
            solved = self.solve()
            if solved is None:
                return best
            value, prices = solved
            net, pairs = self.worth(prices)
            best = min(best, self.bound(prices, net))
            if best - value <= CONVERGED * best or not self.add(*pairs):
                break
        return best

    # -- a whole number of sends --

    def counts(self) -> Counts | None:
        """Types and days in whole numbers near the optimum, with what they are worth there."""
        places = self.places
        integer = np.zeros(len(self.program.cost), dtype=bool)
        integer[self._counts] = True
        found = self.program.whole(integer, is_last_resort=False)
        if found is None:
            return None
        x = found[0]
        names = [(places.kinds[k].key, int(d)) for k, d in zip(places.count_kind, places.count_day, strict=True)]
        sends = {name: round(x[c]) for name, c in zip(names, self._counts, strict=True) if name[1] != AT_ALL}
        used = x[self.column]
        held = np.flatnonzero((self.caption >= 0) & (used > 1e-9) & (self.value > 0) & (places.day[self.place] >= 0))
        place, caption = self.place[held], self.caption[held]
        part = pd.DataFrame(
            {
                "key": np.array([kind.key for kind in places.kinds], dtype=object)[places.kind[place]],
                "day": places.day[place],
                "style": self.week.pool.style[caption],
                "sends": used[held],
                # Without its hour: what the hour makes of a value is for the layout of the day.
                "dollars": self.value[held] * used[held] / self.week.hour_factor[places.hour[place]],
                "plain": self.value[held] * used[held] / places.factor[place],
            }
        )
        by_day, by_type, by_style = (
            part.groupby(by)[["sends", "dollars", "plain"]].sum() for by in (["key", "day"], ["key"], ["key", "style"])
        )
        values = dict(zip(by_day.index, (by_day["dollars"] / by_day["sends"]).tolist(), strict=True))
        plain = by_type["plain"] / by_type["sends"]
        against = by_style["plain"] / by_style["sends"] / plain.reindex(by_style.index, level="key")
        ratio = dict(zip(by_style.index, against.tolist(), strict=True))
        return Counts(sends, values, ratio)
