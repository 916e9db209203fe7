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
from scipy.sparse import csc_array

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.planning.programs.allocation import ANY_DAY
from eros_assets.planning.programs.model import FREE, NO_ROW, Model
from eros_assets.planning.programs.places import AT_ALL, Places
from eros_assets.planning.programs.shared_limits import NO_CLASS, SharedLimit, shared_limits
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import NO_GRADE, NOTHING_GIVEN_UP, Eligibility
from eros_assets.planning.week.value import Values

PAIRS = 25
"""Captions of a type and day that a round takes in besides each place's best."""
STALLED = 1e-3
"""Share of the value: a round of columns that adds less is the last."""
CONVERGED = 1e-3
"""Share of the bound: where value and bound are no further apart, another round is not worth its time."""
PLACES, LENGTH = "limits of places", "optimal length"


@dataclass(frozen=True)
class _Prices:
    """What the relaxation pays for one more of each scarce thing, dollars."""

    shared: list[Floats]  # of each shared limit, shaped like its ``most``, ≥ 0
    places: Floats  # by row of the places' limits, free in sign
    optimal: float  # for one more caption of optimal length demanded, ≥ 0


@dataclass(frozen=True)
class Counts:
    """What the relaxation decides."""

    sends: dict[tuple[str, int], int]  # of a type on a day (on ANY_DAY: of the week)
    values: dict[tuple[str, int], float]  # mean dollars of a revenue type's sends on a day at a mean hour
    style_ratio: dict[tuple[str, str], float]  # what captions of a style are worth against all of the type's


class Relaxation:
    """The program over the pairs of caption and place taken in so far, empty places, and counts.

    A type's captions up to its grade in ``worst`` may be used at no cost. Those of higher grades are closed; with
    ``is_penalised`` they are open where the others run out, at the cost they have in the captions' program, and so are
    empty places.
    """

    def __init__(
        self,
        week: CreatorWeek,
        eligibility: Eligibility,
        values: Values,
        places: Places,
        demanded: float,
        worst: Mapping[str, int],
        is_penalised: bool,
    ) -> None:
        self.week, self.places, self.demanded = week, places, demanded
        self.shared = shared_limits(week, places, eligibility.ppv_styles)
        self.is_optimal = week.candidates.is_optimal.astype(float)
        self.sells = np.array([kind.is_selling for kind in places.kinds], dtype=float)[places.kind]
        self._find_options(eligibility, values, worst, is_penalised)
        size = len(places.kind)
        self.empty = -week.costs.empty * self.unit if is_penalised else 0.0
        # What the program holds: a place without a caption, then pairs as they are taken in.
        self.caption, self.place = np.full(size, NO_CAPTION), np.arange(size)
        self.value = np.full(size, self.empty)
        self.known = np.zeros((len(week.candidates), size), dtype=bool)
        self.model = Model()
        _limit_places(self.model, places, -self.empty)
        _reach_length(self.model, demanded, week.costs.short * self.unit)
        self.shared_rows = [np.full(limit.most.size, NO_ROW) for limit in self.shared]
        self._filler = Model()
        _limit_places(self._filler, places, 0.0)

    def _find_options(
        self, eligibility: Eligibility, values: Values, worst: Mapping[str, int], is_penalised: bool
    ) -> None:
        """Captions each type's places of a day may take, with their dollars there."""
        week, places = self.week, self.places
        self.options: dict[tuple[int, int], tuple[Ints, Floats]] = {}
        best = 0.0
        given_up = {}
        for number, day in sorted(set(zip(places.kind.tolist(), places.day.tolist(), strict=True))):
            key = places.kinds[number].key
            positions = eligibility.eligible(key).positions
            # Where the day is not known: rest days pass during the week, what is open on Sunday bounds every day.
            grade = eligibility.grades(key, week.days[day])
            open_ = grade <= worst.get(key, NOTHING_GIVEN_UP)
            over = np.zeros(int(open_.sum()))
            if is_penalised:
                needed = int(places.count_most[places.count_kind == number].sum())
                if int(open_.sum()) < needed:
                    open_ = grade < NO_GRADE
                    over = grade[open_].astype(float)
            dollars = values.of_type(key)[open_]
            best = max(best, float(dollars.max(initial=0.0)))
            self.options[number, day] = positions[open_], dollars
            given_up[number, day] = over
        self.unit = best + 1.0
        for name, over in given_up.items():
            own, dollars = self.options[name]
            self.options[name] = own, dollars - over * week.costs.relaxed * self.unit

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
        self._open_rows(np.concatenate([self.caption, caption]), np.concatenate([self.place, place]))
        column = self.model.variables("pairs", -value)
        self._stand_in_places(place, column)
        sold = self.is_optimal[caption] * self.sells[place]
        self.model.add(self.model.rows[LENGTH][0], column[sold > 0])
        for limit, rows in zip(self.shared, self.shared_rows, strict=True):
            self._share(limit, rows, caption, place, column)
        self.caption, self.place = np.concatenate([self.caption, caption]), np.concatenate([self.place, place])
        self.value = np.concatenate([self.value, value])
        return True

    def _values(self, caption: Ints, place: Ints) -> Floats:
        worth = np.full(len(caption), self.empty)
        for (number, day), (captions, values) in self.options.items():
            mine = (self.places.kind[place] == number) & (self.places.day[place] == day)
            worth[mine] = values[np.searchsorted(captions, caption[mine])]
        return worth * self.places.factor[place]

    def _columns(self) -> Ints:
        """Variable of each entry of ``caption`` and ``place``."""
        columns = self.model.columns
        return np.concatenate([columns["empty places"], columns.get("pairs", np.empty(0, dtype=np.int64))])

    def _stand_in_places(self, place: Ints, column: Ints) -> None:
        """A pair stands in every row of the places' limits that its place stands in."""
        own = csc_array(self.places.limits)[:, place].tocoo()
        self.model.add(self.model.rows[PLACES][own.row], column[own.col], own.data)

    def _open_rows(self, caption: Ints, place: Ints) -> None:
        """Put those rows of shared limits into the program that can bind: their pairs may be more than they allow."""
        for limit, rows in zip(self.shared, self.shared_rows, strict=True):
            a, b = limit.of_caption[caption], limit.of_place[place]
            both = (a != NO_CLASS) & (b != NO_CLASS)
            flat = a[both] * limit.most.shape[1] + b[both]
            size = np.bincount(flat, minlength=limit.most.size)
            of_week = self.places.day[place[both]] == ANY_DAY
            several = np.bincount(flat, weights=of_week, minlength=limit.most.size) > 0
            binds = (size > limit.most.ravel() + 1e-9) | several | (limit.grows & (size > 0)) | (limit.sign < 0)
            fresh = np.flatnonzero(binds & (rows == NO_ROW))
            if not len(fresh):
                continue
            own = np.full(limit.most.size, NO_ROW)
            own[fresh] = self.model.limits(limit.name, -FREE, limit.most.ravel()[fresh])
            rows[fresh] = own[fresh]
            self._share(limit, own, self.caption, self.place, self._columns())
            if limit.cost:
                self.model.may_exceed(f"beyond {limit.name}", own[fresh], limit.cost * self.unit)

    def _share(self, limit: SharedLimit, rows: Ints, caption: Ints, place: Ints, column: Ints) -> None:
        """Write these pairs into those ``rows`` of the limit that are in the program."""
        classes, width = limit.most.shape
        a, b = limit.of_caption[caption], limit.of_place[place]
        own = np.flatnonzero((a != NO_CLASS) & (b != NO_CLASS))
        row = rows[a[own] * width + b[own]]
        self.model.add(row[row != NO_ROW], column[own[row != NO_ROW]], limit.sign)
        if limit.grows:
            grown = np.flatnonzero((b != NO_CLASS) & (limit.share[place] > 0))
            row = rows.reshape(classes, width)[:, b[grown]]
            which, at = np.nonzero(row != NO_ROW)
            self.model.add(row[which, at], column[grown[at]], -limit.sign * limit.share[place[grown[at]]])

    def demand(self, optimal: float) -> None:
        """Ask for so many captions of optimal length in sends that sell [2.1]."""
        self.demanded = optimal
        self.model.relimit(self.model.rows[LENGTH], optimal, FREE)

    def allow(self, caption: Ints, place: Ints) -> None:
        """Widen every limit as far as a plan goes beyond it; the plan is given by its captions in their places."""
        places = self.places
        of_kind = places.count_kind == places.kind[place][:, None]
        counted = (of_kind & (places.count_day == places.day[place][:, None])).sum(axis=0)
        counted += of_kind.any(axis=0) & (places.count_day == AT_ALL)
        sent = np.concatenate([np.bincount(place, minlength=len(places.kind)), counted])
        activity = places.limits @ sent
        low, high = np.minimum(places.low, activity), np.maximum(places.high, activity)
        wider = np.flatnonzero((low < places.low) | (high > places.high))
        for model in (self.model, self._filler):
            model.relimit(model.rows[PLACES][wider], low[wider], high[wider])
        self.places = replace(places, low=low, high=high)
        for number, (limit, rows) in enumerate(zip(self.shared, self.shared_rows, strict=True)):
            most = np.maximum(limit.most, limit.used(caption, place))
            wider = np.flatnonzero((most > limit.most).ravel() & (rows != NO_ROW))
            self.model.relimit(rows[wider], -FREE, most.ravel()[wider])
            self.shared[number] = replace(limit, most=most)

    # -- solving --

    def solve(self) -> tuple[float, _Prices] | None:
        """Optimum of the restricted relaxation and its prices; None when no allocation satisfies the limits."""
        solved = self.model.relaxed()
        if solved is None:
            return None
        shared = []
        for limit, rows in zip(self.shared, self.shared_rows, strict=True):
            price, has = np.zeros(limit.most.size), rows != NO_ROW
            price[has] = np.maximum(-solved.prices[rows[has]], 0.0)
            shared.append(price.reshape(limit.most.shape))
        length = max(float(solved.prices[self.model.rows[LENGTH][0]]), 0.0)
        return -solved.cost, _Prices(shared, -solved.prices[self.model.rows[PLACES]], length)

    def _cost(self, prices: _Prices, captions: Ints, place: int) -> Floats:
        """Dollars of what each caption takes up of the shared limits in a place; the hour makes no difference."""
        cost: Floats = -prices.optimal * self.is_optimal[captions] * self.sells[place]
        for limit, price in zip(self.shared, prices.shared, strict=True):
            b = int(limit.of_place[place])
            if b != NO_CLASS:
                a = limit.of_caption[captions]
                cost = cost + np.where(a != NO_CLASS, limit.sign * price[a, b], 0.0)
        return cost

    def _bonus(self, prices: _Prices) -> Floats:
        """What a send in each place is worth by the room it makes in rows that grow with their sends (dollars)."""
        bonus = np.zeros(len(self.places.kind))
        for limit, price in zip(self.shared, prices.shared, strict=True):
            if limit.grows:
                has = limit.of_place != NO_CLASS
                bonus[has] += limit.sign * limit.share[has] * price.sum(axis=0)[limit.of_place[has]]
        return bonus

    def worth(self, prices: _Prices) -> tuple[Floats, tuple[Ints, Ints]]:
        """What each place is worth at these prices, and the pairs (captions, places) that pay more than they take up.

        A place is worth its best caption's value, less what that caption takes up, and the room it makes.
        """
        places = self.places
        size = len(places.kind)
        bonus = self._bonus(prices)
        best = np.full(size, self.empty)
        rent = (places.limits.T @ prices.places)[:size] - bonus
        found: list[Ints] = []
        spots: list[Ints] = []
        for (number, day), (captions, values) in self.options.items():
            if not len(captions):
                continue
            mine = np.flatnonzero((places.kind == number) & (places.day == day))
            cost = self._cost(prices, captions, int(mine[0]))
            table = values[:, None] * places.factor[mine][None, :] - cost[:, None]
            top = table.argmax(axis=0)
            best[mine] = np.maximum(table[top, np.arange(len(mine))], self.empty)
            gain = table - rent[mine][None, :]
            spot = gain.argmax(axis=1)
            own = gain[np.arange(len(captions)), spot]
            most = np.argsort(-own, kind="stable")[:PAIRS]
            most = most[own[most] > 1e-9]
            good = np.flatnonzero(best[mine] - rent[mine] > 1e-9)
            found += [captions[most], captions[top[good]]]
            spots += [mine[spot[most]], mine[good]]
        nothing = np.empty(0, dtype=np.int64)
        return best + bonus, (np.concatenate([nothing, *found]), np.concatenate([nothing, *spots]))

    def bound(self, prices: _Prices, net: Floats) -> float:
        """No plan is worth more: the shared limits paid for at these prices, and the best filling of the places.

        That holds for any prices, because a plan takes up no more of a limit than it holds. ``net`` is what each place
        is worth at the prices.
        """
        places = self._filler.columns["empty places"]
        self._filler.recost(places, -net)
        solved = self._filler.relaxed()
        if solved is None:
            return np.inf
        paid = sum(float((price * limit.most).sum()) for limit, price in zip(self.shared, prices.shared, strict=True))
        return paid - prices.optimal * self.demanded + float(net @ solved.values[places])

    def generate(self, rounds: int) -> None:
        """Take in pairs that are worth having for so many rounds, or until a round adds next to nothing."""
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
        found = self.model.whole(is_last_resort=False)
        if found is None:
            return None
        x = found.values
        names = [(places.kinds[k].key, int(d)) for k, d in zip(places.count_kind, places.count_day, strict=True)]
        sends = {
            name: round(x[c]) for name, c in zip(names, self.model.columns["sends"], strict=True) if name[1] != AT_ALL
        }
        used = x[self._columns()]
        held = np.flatnonzero(
            (self.caption != NO_CAPTION) & (used > 1e-9) & (self.value > 0) & (places.day[self.place] != ANY_DAY)
        )
        place, caption = self.place[held], self.caption[held]
        part = pd.DataFrame(
            {
                "key": np.array([kind.key for kind in places.kinds], dtype=object)[places.kind[place]],
                "day": places.day[place],
                "style": self.week.candidates.style[caption],
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


def _limit_places(model: Model, places: Places, cost: float) -> None:
    """Low ≤ Σ factor × sends in places and counts ≤ high, the places' own limits; ``cost`` is that of an empty one."""
    size = len(places.kind)
    empty = model.variables("empty places", np.full(size, cost))
    sends = model.variables("sends", np.zeros(len(places.count_kind)), places.count_most, is_whole=True)
    rows = model.limits(PLACES, places.low, places.high)
    cells = places.limits.tocoo()
    model.add(rows[cells.row], np.concatenate([empty, sends])[cells.col], cells.data)


def _reach_length(model: Model, demanded: float, cost: float) -> None:
    """Σ pairs of optimal length in sends that sell + lacking ≥ demanded (texts) [2.1]."""
    row = model.limits(LENGTH, [demanded], FREE)
    model.may_fall_short("lacking length", row, cost)
