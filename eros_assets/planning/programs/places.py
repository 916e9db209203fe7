"""Where a send of the week may stand in the joint program, and the limits of those places.

Types, days and hours; distances are relaxed to whole hours, counts and the mix are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from eros_assets.planning.programs.allocation import weekly_ranges
from eros_assets.planning.week.creator_week import DAYS, Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.week.demand import Demand, campaign_budget
from eros_assets.planning.week.spacing import BLOCK_MINUTES, least_gap, open_hours
from eros_assets.planning.week.value import day_factors
from eros_assets.settings import SendType

HOURS = 24
AT_ALL = -2


@dataclass(frozen=True)
class Places:
    """Where a send may stand: type, day and hour (engagement and retention: the type alone).

    Limits are rows over the places and, behind them, the whole numbers of sends: per type and day of
    revenue, per type of the others, and whether a revenue type is sent at all.
    """

    kinds: list[SendType]
    kind: Ints  # index into kinds
    day: Ints  # −1 where the day makes no difference
    hour: Ints
    factor: Floats  # what the place makes of a caption's value
    count_kind: Ints
    count_day: Ints  # −1 where the day makes no difference, AT_ALL where it is whether the type is sent
    count_most: Floats
    revenue: Ints  # (7,) revenue sends of each day
    total: int  # sends of the week
    limits: csr_array  # rows × (places + counts)
    low: Floats
    high: Floats


@dataclass
class _Rows:
    """Rows over one pot's places and counts, collected piece by piece."""

    places: list[Floats] = field(default_factory=list)
    counts: list[Floats] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, places: Floats, counts: Floats, low: float, high: float) -> None:
        self.places.append(places)
        self.counts.append(counts)
        self.low.append(low)
        self.high.append(high)


def find_places(week: CreatorWeek, demands: Sequence[Demand], counts: Mapping[str, Ints], open_: Bools) -> Places:
    """Places of the week with their limits, which hold for ``counts`` (sends of each type per day) at least.

    ``open_`` are the hours revenue sends may use; shape (7, 24).
    """
    kinds = [kind for demand in demands for kind in demand.kinds]
    parts = [_pot(week, demand, counts, open_) for demand in demands]
    firsts = np.cumsum([0, *(len(demand.kinds) for demand in demands)])
    kind, day, hour, factor = (np.concatenate([part[0][n] for part in parts]) for n in range(4))
    kind = kind + np.repeat(firsts[:-1], [len(part[0][0]) for part in parts])
    count_kind, count_day, count_most = (np.concatenate([part[1][n] for part in parts]) for n in range(3))
    count_kind = count_kind + np.repeat(firsts[:-1], [len(part[1][0]) for part in parts])
    limits = hstack([_blocks([np.array(p[2].places) for p in parts]), _blocks([np.array(p[2].counts) for p in parts])])
    low, high = [v for p in parts for v in p[2].low], [v for p in parts for v in p[2].high]
    if week.on("VOLUME_TRIGGERS"):
        is_campaign = np.array([k.is_campaign for k in kinds])
        made = sum(int(counts[k.key].sum()) for k in kinds if k.is_campaign)
        spent = np.concatenate([np.zeros(len(kind)), (is_campaign[count_kind] & (count_day != AT_ALL)).astype(float)])
        limits = vstack([limits, csr_array(spent[None, :])])
        low, high = [*low, 0.0], [*high, float(max(campaign_budget(week), made))]
    total = int(sum(counts[k.key].sum() for k in kinds))
    revenue = sum((counts[k.key] for k in kinds if k.category == "revenue"), np.zeros(DAYS, dtype=np.int64))
    return Places(
        kinds, kind, day, hour, factor, count_kind, count_day, count_most, revenue, total,
        csr_array(limits), np.array(low), np.array(high),
    )  # fmt: skip


def _blocks(parts: Sequence[Floats]) -> csr_array:
    """A block diagonal matrix."""
    width = [part.shape[1] for part in parts]
    rows = []
    for n, part in enumerate(parts):
        left, right = sum(width[:n]), sum(width[n + 1 :])
        rows.append(np.hstack([np.zeros((len(part), left)), part, np.zeros((len(part), right))]))
    return csr_array(np.vstack(rows))


def _pot(
    week: CreatorWeek, demand: Demand, counts: Mapping[str, Ints], open_: Bools
) -> tuple[tuple[Ints, Ints, Ints, Floats], tuple[Ints, Ints, Floats], _Rows]:
    """Places and counts of one pot with their rows: sends per day, weekly ranges and distances."""
    own = np.array([counts[kind.key] for kind in demand.kinds])
    low, high = weekly_ranges(week, demand)
    low, high = np.minimum(low, own.sum(axis=1)), np.maximum(high, own.sum(axis=1))
    size = len(demand.kinds)
    rows = _Rows()
    if demand.category != "revenue":
        kind = np.arange(size)
        one, none = np.eye(size), np.zeros(size)
        for row in range(size):
            rows.add(one[row], -one[row], 0.0, 0.0)
            rows.add(none, one[row], float(low[row]), float(high[row]))
        rows.add(none, np.ones(size), float(own.sum()), float(own.sum()))
        nowhere = np.full(size, -1)
        return (kind, nowhere, np.zeros(size, dtype=np.int64), np.ones(size)), (kind, nowhere, high.astype(float)), rows
    kind, day, hour = (a.ravel() for a in np.meshgrid(range(size), range(DAYS), range(HOURS), indexing="ij"))
    keep = open_[day, hour]
    kind, day, hour = kind[keep], day[keep], hour[keep]
    factor = day_factors(week, own.sum(axis=0).tolist())[day] * week.hour_factor[hour]
    count_kind, count_day = (a.ravel() for a in np.meshgrid(range(size), range(DAYS), indexing="ij"))
    most = np.maximum(demand.day_cap, own).ravel().astype(float)
    count_kind, count_day = np.append(count_kind, np.arange(size)), np.append(count_day, np.full(size, AT_ALL))
    most = np.append(most, np.ones(size))
    none = np.zeros(len(count_kind))
    for number in np.flatnonzero(count_day >= 0).tolist():
        here = (kind == count_kind[number]) & (day == count_day[number])
        rows.add(here.astype(float), -(np.arange(len(none)) == number).astype(float), 0.0, 0.0)
    nowhere = np.zeros(len(kind))
    for row in range(size):
        sent = ((count_kind == row) & (count_day >= 0)).astype(float)
        rows.add(nowhere, sent, float(low[row]), float(high[row]))
        rows.add(nowhere, sent - ((count_kind == row) & (count_day == AT_ALL)), 0.0, np.inf)
    least = min(week.settings.volume.variety.min_revenue_types, size, int((own.sum(axis=1) > 0).sum()))
    rows.add(nowhere, (count_day == AT_ALL).astype(float), float(least), np.inf)
    for number in range(DAYS):
        total = float(own[:, number].sum())
        rows.add(nowhere, (count_day == number).astype(float), total, total)
        _distances(
            week,
            demand,
            rows,
            most[: size * DAYS].reshape(size, DAYS)[:, number],
            (kind, hour),
            day == number,
            len(none),
        )
    return (kind, day, hour, factor), (count_kind, count_day, most), rows


def _distances(
    week: CreatorWeek, demand: Demand, rows: _Rows, most: Floats, axes: tuple[Ints, Ints], today: Bools, width: int
) -> None:
    """Within so many whole hours fit at most ⌊(minutes − 1) ÷ gap⌋ + 1 sends of a group."""
    kind, hour = axes
    none = np.zeros(width)
    block = BLOCK_MINUTES // 60
    for first in range(0, HOURS, block):
        inside = today & (hour >= first) & (hour < first + block)
        rows.add(inside.astype(float), none, 0.0, float(week.settings.timing.max_per_four_hours))
    for members, gap in _gaps(week, demand.kinds):
        if len(members) == 1 and most[members[0]] <= 1:
            continue
        mine = today & np.isin(kind, members)
        for span in (gap // 60,) if gap % 60 == 0 else (1, 2, 3):
            fit = float((60 * span - 1) // gap + 1)
            before = np.zeros(len(mine), dtype=bool)
            for first in np.unique(hour[mine]):
                inside = mine & (hour >= first) & (hour < first + span)
                if (inside & ~before).any():
                    rows.add(inside.astype(float), none, 0.0, fit)
                before = inside


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
