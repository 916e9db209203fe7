"""Where a send of the week may stand in the joint program, and the limits of those places.

Types, days and hours; distances are relaxed to whole hours, counts and the mix are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.allocation import ANY_DAY, weekly_ranges
from eros_assets.planning.programs.model import FREE, Model
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.demand import Demand, campaign_budget
from eros_assets.planning.week.spacing import BLOCK_MINUTES, least_gap, open_hours
from eros_assets.planning.week.value import day_factors
from eros_assets.settings import SendType

HOURS = 24
AT_ALL = -2
"""Instead of the day of a count: whether the type is sent in the week at all."""
ANY_HOUR = 0
"""Hour of a place for which the hour makes no difference."""


@dataclass(frozen=True)
class Places:
    """Where a send may stand: type, day and hour (engagement and retention: the type alone).

    ``limits`` are rows over the sends in the places and, behind them, the counts: whole numbers of sends
    per type and day of revenue, per type of the others, and whether a revenue type is sent at all.
    """

    kinds: list[SendType]
    kind: Ints  # index into kinds
    day: Ints  # ANY_DAY for engagement and retention
    hour: Ints
    factor: Floats  # what the place makes of a caption's value
    count_kind: Ints
    count_day: Ints  # ANY_DAY for engagement and retention, AT_ALL for whether the type is sent
    count_most: Floats
    revenue: Ints  # (7,) revenue sends of each day
    total: int  # sends of the week
    limits: csr_array  # rows × (places + counts)
    low: Floats
    high: Floats


@dataclass(frozen=True)
class _Pot:
    """One demand with its places and counts; ``sent`` is a first allocation, which the limits must allow."""

    demand: Demand
    sent: Ints  # (kinds, 7)
    low: Ints  # (kinds,) least sends a week
    high: Ints  # (kinds,) most sends a week
    kind: Ints  # index into the demand's kinds
    day: Ints
    hour: Ints
    factor: Floats
    count_kind: Ints
    count_day: Ints
    count_most: Floats


def find_places(week: CreatorWeek, demands: Sequence[Demand], counts: Mapping[str, Ints], open_: Bools) -> Places:
    """Places of the week with their limits, which hold for ``counts`` (sends of each type per day) at least.

    ``open_`` are the hours revenue sends may use; shape (7, 24).
    """
    pots = [_pot(week, demand, counts, open_) for demand in demands]
    model = Model()
    stand = [model.variables("places", np.zeros(len(pot.kind))) for pot in pots]
    sends = [model.variables("sends", np.zeros(len(pot.count_kind)), pot.count_most) for pot in pots]
    for pot, places, numbers in zip(pots, stand, sends, strict=True):
        if pot.demand.category == "revenue":
            _limit_revenue(model, week, pot, places, numbers)
        else:
            _limit_others(model, pot, places, numbers)
    if week.on("VOLUME_TRIGGERS"):
        _keep_campaign_budget(model, week, pots, sends)
    limits, low, high = model.written()
    firsts = np.cumsum([0, *(len(pot.demand.kinds) for pot in pots)])[:-1].tolist()
    kinds = [kind for demand in demands for kind in demand.kinds]
    revenue = sum((counts[k.key] for k in kinds if k.category == "revenue"), np.zeros(DAYS, dtype=np.int64))
    return Places(
        kinds=kinds,
        kind=np.concatenate([pot.kind + first for pot, first in zip(pots, firsts, strict=True)]),
        day=np.concatenate([pot.day for pot in pots]),
        hour=np.concatenate([pot.hour for pot in pots]),
        factor=np.concatenate([pot.factor for pot in pots]),
        count_kind=np.concatenate([pot.count_kind + first for pot, first in zip(pots, firsts, strict=True)]),
        count_day=np.concatenate([pot.count_day for pot in pots]),
        count_most=np.concatenate([pot.count_most for pot in pots]),
        revenue=revenue,
        total=int(sum(counts[kind.key].sum() for kind in kinds)),
        limits=limits,
        low=low,
        high=high,
    )


def _pot(week: CreatorWeek, demand: Demand, counts: Mapping[str, Ints], open_: Bools) -> _Pot:
    size = len(demand.kinds)
    sent = np.array([counts[kind.key] for kind in demand.kinds])
    low, high = weekly_ranges(week, demand)
    low, high = np.minimum(low, sent.sum(axis=1)), np.maximum(high, sent.sum(axis=1))
    if demand.category != "revenue":
        every, any_day = np.arange(size), np.full(size, ANY_DAY)
        any_hour = np.full(size, ANY_HOUR)
        return _Pot(
            demand, sent, low, high, every, any_day, any_hour, np.ones(size), every, any_day, high.astype(float)
        )
    kind, day, hour = (axis.ravel() for axis in np.meshgrid(range(size), range(DAYS), range(HOURS), indexing="ij"))
    keep = open_[day, hour]
    kind, day, hour = kind[keep], day[keep], hour[keep]
    factor = day_factors(week, sent.sum(axis=0).tolist())[day] * week.hour_factor[hour]
    count_kind, count_day = (axis.ravel() for axis in np.meshgrid(range(size), range(DAYS), indexing="ij"))
    most = np.maximum(demand.day_cap, sent).ravel().astype(float)
    return _Pot(
        demand, sent, low, high, kind, day, hour, factor,
        np.append(count_kind, np.arange(size)),
        np.append(count_day, np.full(size, AT_ALL)),
        np.append(most, np.ones(size)),
    )  # fmt: skip


def _limit_others(model: Model, pot: _Pot, places: Ints, sends: Ints) -> None:
    """Engagement and retention: each type stays in its weekly range, together they make the week's number."""
    for kind in range(len(sends)):
        _count(model, places[[kind]], sends[kind])
        _stay_in_range(model, sends[[kind]], pot.low[kind], pot.high[kind])
    _send_all(model, sends, pot.sent.sum())


def _limit_revenue(model: Model, week: CreatorWeek, pot: _Pot, places: Ints, sends: Ints) -> None:
    """Revenue: each day makes its sends at their distances, each type stays in its weekly range, types vary."""
    for number in np.flatnonzero(pot.count_day != AT_ALL).tolist():
        here = (pot.kind == pot.count_kind[number]) & (pot.day == pot.count_day[number])
        _count(model, places[here], sends[number])
    used = sends[pot.count_day == AT_ALL]
    by_day = sends[pot.count_day != AT_ALL].reshape(len(used), DAYS)
    for kind in range(len(used)):
        _stay_in_range(model, by_day[kind], pot.low[kind], pot.high[kind])
        _use_when_sent(model, by_day[kind], used[kind])
    _vary(model, week, used, int((pot.sent.sum(axis=1) > 0).sum()))
    most = pot.count_most[pot.count_day != AT_ALL].reshape(len(used), DAYS)
    for day in range(DAYS):
        _send_all(model, by_day[:, day], pot.sent[:, day].sum())
        today = pot.day == day
        _leave_blocks_room(model, week, places[today], pot.hour[today])
        _keep_distances(model, week, pot, most[:, day], places, today)


def _count(model: Model, places: Ints, number: Ints) -> None:
    """Σ_h place[k, d, h] = sends[k, d] (sends)."""
    row = model.limits("counted", [0.0], 0.0)
    model.add(row, places)
    model.add(row, number, -1.0)


def _stay_in_range(model: Model, sends: Ints, low: float, high: float) -> None:
    """Low ≤ Σ_d sends[k, d] ≤ high (sends a week): the target with the tolerance of the mix."""
    model.add(model.limits("weekly range", [low], [high]), sends)


def _use_when_sent(model: Model, sends: Ints, used: Ints) -> None:
    """used[k] ≤ Σ_d sends[k, d] [3.3]."""
    row = model.limits("used when sent", [0.0], FREE)
    model.add(row, sends)
    model.add(row, used, -1.0)


def _vary(model: Model, week: CreatorWeek, used: Ints, have: int) -> None:
    """Σ_k used[k] ≥ the least kinds of revenue sends, as far as the first allocation has so many [3.3]."""
    least = min(week.settings.volume.variety.min_revenue_types, len(used), have)
    model.add(model.limits("variety", [float(least)], FREE), used)


def _send_all(model: Model, sends: Ints, number: float) -> None:
    """Σ_k sends[k, d] = the day's volume (sends)."""
    model.add(model.limits("sends of a day", [number], [number]), sends)


def _leave_blocks_room(model: Model, week: CreatorWeek, places: Ints, hour: Ints) -> None:
    """Σ place in a block of four hours ≤ the sends it holds [11.5]."""
    block = BLOCK_MINUTES // 60
    rows = model.limits("sends in four hours", np.zeros(HOURS // block), float(week.settings.timing.max_per_four_hours))
    model.add(rows[hour // block], places)


def _keep_distances(model: Model, week: CreatorWeek, pot: _Pot, most: Floats, places: Ints, today: Bools) -> None:
    """Σ place of a group within a span of whole hours ≤ ⌊(span − 1 min) ÷ gap⌋ + 1 (sends)."""
    for members, gap in _gaps(week, pot.demand.kinds):
        if len(members) == 1 and most[members[0]] <= 1:
            continue
        mine = today & np.isin(pot.kind, members)
        for span in (gap // 60,) if gap % 60 == 0 else (1, 2, 3):
            fit = float((60 * span - 1) // gap + 1)
            before = np.zeros(len(mine), dtype=bool)
            for first in np.unique(pot.hour[mine]):
                inside = mine & (pot.hour >= first) & (pot.hour < first + span)
                if (inside & ~before).any():
                    model.add(model.limits("distances", [0.0], [fit]), places[inside])
                before = inside


def _keep_campaign_budget(model: Model, week: CreatorWeek, pots: Sequence[_Pot], sends: Sequence[Ints]) -> None:
    """Σ sends of campaigns ≤ what the month still holds, or the first allocation has (sends) [4.3]."""
    is_campaign = [np.array([kind.is_campaign for kind in pot.demand.kinds]) for pot in pots]
    made = sum(int(pot.sent[own].sum()) for pot, own in zip(pots, is_campaign, strict=True))
    row = model.limits("campaigns", [0.0], [float(max(campaign_budget(week), made))])
    for pot, own, numbers in zip(pots, is_campaign, sends, strict=True):
        model.add(row, numbers[own[pot.count_kind] & (pot.count_day != AT_ALL)])


def _gaps(week: CreatorWeek, kinds: Sequence[SendType]) -> list[tuple[list[int], int]]:
    """Groups of types and the minutes that part any two of their sends."""
    rule = week.settings.timing.spacing_minutes
    groups = [(list(range(len(kinds))), rule.any), ([n for n, kind in enumerate(kinds) if kind.is_sold], rule.ppv)]
    groups += [([n], least_gap(kind, kind, week.settings)) for n, kind in enumerate(kinds)]
    return [(members, min(gap, HOURS * 60)) for members, gap in groups if members]


def hours_open(week: CreatorWeek, is_wide: Sequence[bool]) -> Bools:
    """Hours of each day: the creator's own window, or the whole one where ``is_wide``; shape (7, 24)."""
    window = week.settings.timing.active_window
    narrow = open_hours(week, *week.active_hours)
    wide = open_hours(week, window.default_start, window.default_end)
    return np.array([wide if day else narrow for day in is_wide])
