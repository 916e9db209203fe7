"""The week's send types and days as an integer program.

Counts per day and category are given; the program decides which types fill them. A type's weekly
count stays near its target of the mix, tiers and triggers; within that the program puts sends
where captions, weekday and saturation earn most. Every limit that may fail to hold has a slack with
a price, so that a schedule always comes out and says what it gave up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from eros_assets.planning.programs.solver import Program, tilted
from eros_assets.planning.week.creator_week import DAYS, CreatorWeek, Floats, Ints
from eros_assets.planning.week.demand import GROUPS, Demand, campaign_budget, first_running_day, has_live_campaign
from eros_assets.planning.week.records import Analysis
from eros_assets.planning.week.spacing import may_link, open_hours
from eros_assets.planning.week.value import caption_values, day_factors

LATE_LINK = 0.3
"""Best captions given up rather than a link on a day without a campaign of its own [1.5]."""
UNPAID = 0.1
"""What moving a send that earns nothing itself counts against moving one that does."""


class _Rows:
    """Rows and costs of a mixed-integer program, collected piece by piece."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.integer: list[bool] = []
        self.cells: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def variable(self, cost: float, upper: float, is_integer: bool = True) -> int:
        """A new variable in [0, upper]; returns its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.integer.append(is_integer)
        return len(self.cost) - 1

    def row(self, terms: Sequence[tuple[int, float]], low: float, high: float) -> None:
        """Low ≤ Σ factor × variable ≤ high."""
        self.cells += [(len(self.low), variable, factor) for variable, factor in terms]
        self.low.append(low)
        self.high.append(high)

    def solve(self) -> Floats | None:
        """Values of the variables; None when there is no solution."""
        if not self.cost:
            return np.empty(0)
        rows, columns, factors = (np.array(part) for part in zip(*self.cells, strict=True))
        matrix = csr_array((factors, (rows, columns)), shape=(len(self.low), len(self.cost)))
        program = Program(
            tilted(np.array(self.cost)), matrix, np.array(self.low), np.array(self.high), np.array(self.upper)
        )
        solved = program.whole(np.array(self.integer, dtype=bool))
        return None if solved is None else solved[0]


def weekly_ranges(week: CreatorWeek, demand: Demand) -> tuple[Ints, Ints]:
    """Least and most sends a week of each type of a pot: its target ± the mix tolerance, limits kept."""
    slack = np.full(len(demand.kinds), week.settings.system.planning.mix_tolerance)
    least, most = week.settings.volume.category_mix["revenue"]["ppv"]
    # The one group of a single type: the mix's own band is its tolerance.
    slack[[kind.key in GROUPS["ppv"] for kind in demand.kinds]] = (most - least) / (most + least)
    low = np.maximum(np.floor(demand.target * (1 - slack) + 1e-9), (demand.target >= 1 - 1e-9).astype(float))
    high = np.minimum(np.ceil(demand.target * (1 + slack) - 1e-9), demand.week_cap)
    return np.minimum(low, high).astype(np.int64), high.astype(np.int64)


def solve_allocation(
    week: CreatorWeek,
    analysis: Analysis,
    demands: Sequence[Demand],
    wanted: Mapping[tuple[str, int], int] | None = None,
) -> tuple[dict[str, Ints], list[str]]:
    """Sends of each type per day (arrays of seven), and a sentence per limit that could not be kept.

    ``wanted`` are sends of types on days (−1: in the whole week) to stay as near to as the limits
    allow; without them the program values types by their best captions.
    """
    program = _Rows()
    factors = day_factors(week, analysis.revenue.tolist())
    sizes = sum(demand.per_day for demand in demands) if demands else np.zeros(DAYS)
    values = {kind.key: np.sort(caption_values(week, kind.key))[::-1] for demand in demands for kind in demand.kinds}
    unit = 1.0 + max((float(v[0]) for v in values.values() if len(v)), default=0.0)
    peaks = _peaks(week, int(max(analysis.revenue, default=0)))
    places: dict[tuple[int, int], list[int]] = {}
    counts: dict[str, list[int]] = {}
    shorts: list[tuple[str, int, int]] = []
    for demand in demands:
        low, high = weekly_ranges(week, demand)
        for row, kind in enumerate(demand.kinds):
            day_high = np.minimum(demand.day_cap[row], np.maximum(np.ceil(demand.target[row] / DAYS) + 1, 1))
            day_high = np.minimum(day_high, np.maximum(sizes // 2, 1))
            own = values[kind.key]
            mean = float(own[: max(int(high[row]), 1)].mean()) if len(own) else 0.0
            variables = [program.variable(0.0, float(day_high[day])) for day in range(DAYS)]
            counts[kind.key] = variables
            if wanted is None and kind.category == "revenue":
                _at_hours(program, places, variables, mean, factors, peaks)
            if wanted is None:
                _by_captions(program, variables, own, int(demand.hard_cap[row]), unit)
            else:
                _near(program, kind.key, variables, wanted, unit if kind.category == "revenue" else UNPAID * unit)
            over = program.variable(6.0 * unit, np.inf, is_integer=False)
            under = program.variable(6.0 * unit, np.inf, is_integer=False)
            program.row([(v, 1.0) for v in variables] + [(under, 1.0), (over, -1.0)], float(low[row]), float(high[row]))
            program.row([(v, 1.0) for v in variables], 0.0, float(demand.hard_cap[row]))
        if demand.name == "revenue":
            _variety(week, program, [counts[kind.key] for kind in demand.kinds], unit)
        for day in range(DAYS):
            short = program.variable(30.0 * unit, np.inf)
            shorts.append((demand.name, day, short))
            terms = [(counts[kind.key][day], 1.0) for kind in demand.kinds]
            program.row([*terms, (short, 1.0)], float(demand.per_day[day]), float(demand.per_day[day]))
    if week.on("VOLUME_TRIGGERS"):
        budget = campaign_budget(week)
        # Dearer than a send less: the month's campaigns are a limit, the day's volume an aim.
        extra = program.variable(60.0 * unit, np.inf, is_integer=False)
        spent = [(v, 1.0) for key, vs in counts.items() if week.settings.send_type[key].is_campaign for v in vs]
        program.row([*spent, (extra, -1.0)], -np.inf, float(budget))
    for taken in places.values():
        program.row([(variable, 1.0) for variable in taken], 0.0, 1.0)
    _link_rows(week, program, counts, unit)
    solution = program.solve()
    if solution is None:
        return {key: np.zeros(DAYS, dtype=np.int64) for key in counts}, ["no allocation exists"]
    notes = [
        f"{name} on {week.days[day]}: every type is at its limit, {round(solution[short])} sends less"
        for name, day, short in shorts
        if solution[short] > 0.5
    ]
    return {key: np.rint(solution[variables]).astype(np.int64) for key, variables in counts.items()}, notes


def _by_captions(program: _Rows, days: Sequence[int], values: Floats, most: int, unit: float) -> None:
    """Each further send takes the next best caption: concave, so the program takes them in order."""
    pieces = [
        program.variable(-float(values[n]) if n < len(values) else unit, 1.0, is_integer=False) for n in range(most)
    ]
    program.row([(v, 1.0) for v in days] + [(p, -1.0) for p in pieces], 0.0, 0.0)


def _near(program: _Rows, key: str, days: Sequence[int], wanted: Mapping[tuple[str, int], int], unit: float) -> None:
    """A price on every send more or less than wanted, of a day or of the week."""
    for day, terms in [*((d, [(days[d], 1.0)]) for d in range(DAYS)), (-1, [(v, 1.0) for v in days])]:
        if (key, day) in wanted:
            over, under = (program.variable(unit, np.inf, is_integer=False) for _ in range(2))
            number = float(wanted[key, day])
            program.row([*terms, (over, -1.0), (under, 1.0)], number, number)


def _variety(week: CreatorWeek, program: _Rows, counts: Sequence[Sequence[int]], unit: float) -> None:
    """At least so many kinds of revenue sends [3.3]: few campaigns would else be of the best kind alone."""
    used = [program.variable(0.0, 1.0) for _ in counts]
    for flag, days in zip(used, counts, strict=True):
        program.row([(flag, 1.0), *((variable, -1.0) for variable in days)], -np.inf, 0.0)
    lack = program.variable(8.0 * unit, np.inf, is_integer=False)
    least = float(min(week.settings.volume.variety.min_revenue_types, len(counts)))
    program.row([*((flag, 1.0) for flag in used), (lack, 1.0)], least, np.inf)


def _peaks(week: CreatorWeek, count: int) -> Floats:
    """Revenue factors of a day's best hours, best first: the n-th revenue send of a day can have the n-th."""
    hours = week.hour_factor[open_hours(week, *week.active_hours)]
    best = np.sort(hours)[::-1]
    return (
        np.resize(best, count) if len(best) >= count else np.concatenate([best, np.full(count - len(best), best[-1])])
    )


def _at_hours(
    program: _Rows,
    places: dict[tuple[int, int], list[int]],
    days: Sequence[int],
    mean: float,
    factors: Floats,
    peaks: Floats,
) -> None:
    """Sends of a revenue type take one of the day's best hours each; an hour serves one send.

    Without that, the types of greatest value would crowd the best weekday and share its one best hour.
    """
    for day, variable in enumerate(days):
        own = []
        for rank, peak in enumerate(peaks):
            at = program.variable(-mean * (float(factors[day] * peak) - 1.0), 1.0)
            places.setdefault((day, rank), []).append(at)
            own.append((at, -1.0))
        program.row([(variable, 1.0), *own], 0.0, 0.0)


def _link_rows(week: CreatorWeek, program: _Rows, counts: dict[str, list[int]], unit: float) -> None:
    """Links need a campaign that runs, and better one of the same day [1.5]."""
    kinds = week.settings.send_type
    links = [key for key in counts if kinds[key].is_campaign_link]
    if not links:
        return
    rule = week.settings.timing.link_drop_hours_after
    for key in links:
        # As many links as keep their own distance within the hours after one campaign.
        fits = float((rule.window[1] - rule.window[0]) // kinds[key].hours_between + 1)
        for day in range(DAYS):
            same = [(counts[target][day], -fits) for target in counts if may_link(kinds[key], kinds[target])]
            late = program.variable(LATE_LINK * unit, np.inf, is_integer=False)
            program.row([(counts[key][day], 1.0), *same, (late, -1.0)], -np.inf, 0.0)
        if has_live_campaign(week, kinds[key]):
            continue
        for day in range(DAYS):
            running = [
                (counts[target][before], -fits)
                for target in counts
                if may_link(kinds[key], kinds[target])
                for before in range(first_running_day(kinds[target], day, rule.latest), day + 1)
            ]
            program.row([(counts[key][day], 1.0), *running], -np.inf, 0.0)
