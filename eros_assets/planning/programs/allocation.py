"""The week's send types and days as an integer program.

Counts per day and category are given; the program decides which types fill them. A type's weekly
count stays near its target of the mix, tiers and triggers; within that the program puts sends
where captions, weekday and saturation earn most. Every limit that may fail to hold has a slack with
a price, so that a schedule always comes out and says what it gave up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.model import FREE, Model
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.demand import GROUPS, Demand, campaign_budget, first_running_day, has_live_campaign
from eros_assets.planning.week.records import Analysis
from eros_assets.planning.week.spacing import may_link, open_hours
from eros_assets.planning.week.value import Values, day_factors
from eros_assets.settings import SendType

SENDS = "sends"
ANY_DAY = -1
"""Instead of a day: it makes no difference."""


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
    values: Values,
    analysis: Analysis,
    demands: Sequence[Demand],
    wanted: Mapping[tuple[str, int], int] | None = None,
) -> tuple[dict[str, Ints], list[str]]:
    """Sends of each type per day (arrays of seven), and a sentence per limit that could not be kept.

    ``wanted`` are sends of types on days (on :data:`ANY_DAY`: of the week) to stay as near to as the limits
    allow; without them the program values types by their best captions.
    """
    model = Model(parts_ties=True)
    best = {kind.key: np.sort(values.of_type(kind.key))[::-1] for demand in demands for kind in demand.kinds}
    unit = 1.0 + max((float(own[0]) for own in best.values() if len(own)), default=0.0)
    hours = _Hours(model, week, analysis)
    sizes = sum((demand.per_day for demand in demands), np.zeros(DAYS, dtype=np.int64))
    sends: dict[str, Ints] = {}
    shorts: list[tuple[str, Ints]] = []
    for demand in demands:
        low, high = weekly_ranges(week, demand)
        for row, kind in enumerate(demand.kinds):
            days = model.variables(SENDS, np.zeros(DAYS), _most_a_day(demand, row, sizes), is_whole=True)
            sends[kind.key] = days
            own = best[kind.key]
            if wanted is None and kind.category == "revenue":
                hours.serve(days, float(own[: max(int(high[row]), 1)].mean()) if len(own) else 0.0)
            if wanted is None:
                _take_captions(model, days, own, int(demand.hard_cap[row]), unit)
            else:
                _stay_near(model, days, kind, wanted, unit if kind.category == "revenue" else week.costs.unpaid * unit)
            _stay_in_range(model, days, int(low[row]), int(high[row]), week.costs.range * unit)
            _keep_cap(model, days, float(demand.hard_cap[row]))
        if demand.name == "revenue":
            _vary(model, week, [sends[kind.key] for kind in demand.kinds], unit)
        short = _fill_days(model, [sends[kind.key] for kind in demand.kinds], demand.per_day, week.costs.fewer * unit)
        shorts.append((demand.name, short))
    if week.on("VOLUME_TRIGGERS"):
        _keep_campaign_budget(model, week, sends, unit)
    hours.share()
    _follow_campaigns(model, week, sends, unit)
    solution = model.whole() if sends else None
    if solution is None:
        return {key: np.zeros(DAYS, dtype=np.int64) for key in sends}, ["no allocation exists"] if sends else []
    fewer = [(name, day, solution.values[short[day]]) for name, short in shorts for day in range(DAYS)]
    notes = [
        f"{name} on {week.days[day]}: every type is at its limit, {round(number)} sends less"
        for name, day, number in fewer
        if number > 0.5
    ]
    return {key: np.rint(solution.values[days]).astype(np.int64) for key, days in sends.items()}, notes


def _most_a_day(demand: Demand, row: int, sizes: Ints) -> Floats:
    """Most sends of a type on each day: its own cap, a mean day of its target and one, half of the day; shape (7,).

    ``sizes`` are the sends of each day. Above half, two neighbours would be of one type.
    """
    most = np.minimum(demand.day_cap[row], np.maximum(np.ceil(demand.target[row] / DAYS) + 1, 1))
    return np.asarray(np.minimum(most, np.maximum(sizes // 2, 1)), dtype=float)


def _take_captions(model: Model, days: Ints, values: Floats, most: int, unit: float) -> None:
    """Σ_d sends[d] = Σ_n caption[n], caption[n] ≤ 1: each further send takes the next best caption.

    caption[n] earns what the n-th best caption is worth (dollars); a send for which no caption is left costs as much
    as a best one. Values fall with n, so the program takes captions in order without being told.
    """
    worth = [-float(values[n]) if n < len(values) else unit for n in range(most)]
    captions = model.variables("captions", np.array(worth), 1.0)
    row = model.limits("captions taken", [0.0], [0.0])
    model.add(row, days)
    model.add(row, captions, -1.0)


def _stay_near(model: Model, days: Ints, kind: SendType, wanted: Mapping[tuple[str, int], int], cost: float) -> None:
    """sends[d] (and their sum) − over + under = the wanted number (sends), each beyond at a cost (dollars)."""
    for day, own in [*((d, days[[d]]) for d in range(DAYS)), (ANY_DAY, days)]:
        if (kind.key, day) in wanted:
            row = model.limits("wanted sends", [wanted[kind.key, day]], [wanted[kind.key, day]])
            model.add(row, own)
            model.may_exceed("more than wanted", row, cost)
            model.may_fall_short("fewer than wanted", row, cost)


def _stay_in_range(model: Model, days: Ints, low: int, high: int, cost: float) -> None:
    """Low ≤ Σ_d sends[d] − over + under ≤ high (sends a week): the target with the tolerance of the mix."""
    row = model.limits("weekly range", [low], [high])
    model.add(row, days)
    model.may_exceed("over the range", row, cost)
    model.may_fall_short("under the range", row, cost)


def _keep_cap(model: Model, days: Ints, most: float) -> None:
    """Σ_d sends[d] ≤ what the type's own limits allow (sends a week)."""
    model.add(model.limits("weekly cap", [0.0], [most]), days)


def _vary(model: Model, week: CreatorWeek, sends: Sequence[Ints], unit: float) -> None:
    """Σ_k used[k] + lacking ≥ the least kinds of revenue sends, used[k] ≤ Σ_d sends[k, d] [3.3].

    Without this floor every campaign would be of the single most valuable kind.
    """
    used = model.variables("kinds used", np.zeros(len(sends)), 1.0, is_whole=True)
    rows = model.limits("used when sent", np.full(len(sends), -FREE), 0.0)
    model.add(rows, used)
    for row, days in zip(rows, sends, strict=True):
        model.add(row, days, -1.0)
    least = model.limits("variety", [float(min(week.settings.volume.variety.min_revenue_types, len(sends)))], FREE)
    model.add(least, used)
    model.may_fall_short("kinds lacking", least, week.costs.variety * unit)


def _fill_days(model: Model, sends: Sequence[Ints], per_day: Ints, cost: float) -> Ints:
    """Σ_k sends[k, d] + fewer[d] = the day's volume (sends); returns the numbers of ``fewer``, shape (7,)."""
    fewer = model.variables("fewer sends", np.full(DAYS, cost), is_whole=True)
    rows = model.limits("sends of a day", per_day, per_day)
    for days in sends:
        model.add(rows, days)
    model.add(rows, fewer)
    return fewer


def _keep_campaign_budget(model: Model, week: CreatorWeek, sends: Mapping[str, Ints], unit: float) -> None:
    """Σ sends of campaigns − extra ≤ what the month still holds (sends) [4.3]."""
    row = model.limits("campaigns", -FREE, [float(campaign_budget(week))])
    for key, days in sends.items():
        if week.settings.send_type[key].is_campaign:
            model.add(row, days)
    model.may_exceed("campaigns beyond the month", row, week.costs.campaigns * unit)


class _Hours:
    """A day's best hours, each of which serves one revenue send.

    Without that, the types of greatest value would crowd the best weekday and share its one best hour.
    """

    def __init__(self, model: Model, week: CreatorWeek, analysis: Analysis) -> None:
        self.model = model
        self.factors = day_factors(week, analysis.revenue.tolist())
        self.peaks = _peaks(week, int(max(analysis.revenue, default=0)))
        self.taken: list[Ints] = []

    def serve(self, days: Ints, mean: float) -> None:
        """Let a type's sends take hours: sends[d] = Σ_n at[d, n], where at[d, n] is a send in the n-th best hour of d.

        It earns what day and hour add to the ``mean`` dollars of the type's captions.
        """
        gain = -mean * (self.factors[:, None] * self.peaks[None, :] - 1.0)
        at = self.model.variables("hours", gain, 1.0, is_whole=True)
        rows = self.model.limits("sends at hours", np.zeros(DAYS), 0.0)
        self.model.add(rows, days)
        self.model.add(rows[:, None], at, -1.0)
        self.taken.append(at)

    def share(self) -> None:
        """Σ_k at[k, d, n] ≤ 1: an hour serves one send."""
        if self.taken:
            rows = self.model.limits("one send an hour", np.zeros(self.taken[0].shape), 1.0)
            for at in self.taken:
                self.model.add(rows, at)


def _peaks(week: CreatorWeek, count: int) -> Floats:
    """Revenue factors of a day's best hours, best first: the n-th revenue send of a day can have the n-th.

    A day of more sends than hours has its worst hour as often as needed.
    """
    hours = week.hour_factor[open_hours(week, *week.active_hours)]
    best = np.sort(hours)[::-1]
    return (
        np.resize(best, count) if len(best) >= count else np.concatenate([best, np.full(count - len(best), best[-1])])
    )


def _follow_campaigns(model: Model, week: CreatorWeek, sends: Mapping[str, Ints], unit: float) -> None:
    """links[d] − late[d] ≤ fits × Σ campaigns[d], and links[d] ≤ fits × Σ campaigns that still run on d (sends) [1.5].

    ``fits`` links keep their own distance within the hours after one campaign. A link to a campaign of an earlier day
    is late, at a cost. The second row falls away where a campaign of an earlier week still runs.
    """
    kinds, rule = week.settings.send_type, week.settings.timing.link_drop_hours_after
    for key in [key for key in sends if kinds[key].is_campaign_link]:
        fits = float((rule.window[1] - rule.window[0]) // kinds[key].hours_between + 1)
        targets = [target for target in sends if may_link(kinds[key], kinds[target])]
        today = model.limits("links after a campaign of the day", np.full(DAYS, -FREE), 0.0)
        model.add(today, sends[key])
        for target in targets:
            model.add(today, sends[target], -fits)
        model.may_exceed("late links", today, week.costs.late_link * unit)
        if has_live_campaign(week, kinds[key]):
            continue
        running = model.limits("links after a campaign that runs", np.full(DAYS, -FREE), 0.0)
        model.add(running, sends[key])
        for target in targets:
            for day in range(DAYS):
                first = first_running_day(kinds[target], day, rule.latest)
                model.add(running[day], sends[target][first : day + 1], -fits)
