"""A day's layout made better by moving one send or exchanging two (T8.4).

The day's program knows everything but neighbours: no two of one type stand side by side. Parting
them mostly takes an exchange of two sends that earn alike, which is found here by trying them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eros_assets.planning.creator_week import Bools, Floats, Ints

STEPS = 30


@dataclass(frozen=True)
class DayRules:
    """What a layout of one day is held against; K types, T times."""

    minutes: Ints  # (T,) ascending
    weights: Floats  # (K, T) dollars
    open: Bools  # (K, T) keeps its distance from what is on the calendar already
    gaps: Ints  # (K, K) least minutes between two types
    is_parent: Bools  # (K,) may have a followup
    rooms: int  # parents that need their followup's room behind them
    room: int  # minutes of that room
    is_campaign: Bools  # (K,) a link may point to it
    is_link: Bools  # (K,)
    linked: Bools  # (K, T) an earlier campaign is there to point to
    link_window: tuple[int, int]  # minutes after a campaign of the day in which a link may start [1.5]
    is_early: Bools  # (T,) before noon
    is_ppv: Bools  # (K,)
    early_ppv: int  # PPVs that must come before noon [1.2]
    block: Ints  # (T,) four-hour block of each time
    block_room: Ints  # (blocks,) sends it still holds
    crowding: float  # dollars given up rather than one send too many in a block [11.5]
    fixed: Ints  # minutes of sends on the calendar already, ascending


def improved(rules: DayRules, kinds: Ints, times: Ints) -> tuple[Ints, Ints]:
    """The layout (type and place in time of each send) after every exchange that helps, best first."""
    value = _judged(rules, kinds[None, :], times[None, :])[0]
    for _ in range(STEPS):
        all_kinds, all_times = _neighbours(rules, kinds, times)
        values = _judged(rules, all_kinds, all_times)
        best = int(values.argmax()) if len(values) else 0
        if not len(values) or values[best] <= value + 1e-9:
            break
        value, kinds, times = values[best], all_kinds[best], all_times[best]
    return kinds, times


def has_neighbours_alike(rules: DayRules, kinds: Ints, times: Ints) -> bool:
    """Whether two sends of one type stand side by side."""
    return bool(_alike(rules, kinds[None, :], times[None, :])[0])


def _neighbours(rules: DayRules, kinds: Ints, times: Ints) -> tuple[Ints, Ints]:
    """Every exchange of two types and every move of one send."""
    n, places = len(kinds), len(rules.minutes)
    first, second = np.triu_indices(n, 1)
    differ = kinds[first] != kinds[second]
    first, second = first[differ], second[differ]
    swapped = np.tile(kinds, (len(first), 1))
    row = np.arange(len(first))
    swapped[row, first], swapped[row, second] = kinds[second], kinds[first]
    moved = np.tile(times, (n * places, 1))
    moved[np.arange(n * places), np.repeat(np.arange(n), places)] = np.tile(np.arange(places), n)
    # A send moves only into its own open times.
    open_ = rules.open[np.repeat(kinds, places), np.tile(np.arange(places), n)]
    moved = moved[open_]
    return (
        np.concatenate([swapped, np.tile(kinds, (len(moved), 1))]),
        np.concatenate([np.tile(times, (len(first), 1)), moved]),
    )


def _judged(rules: DayRules, kinds: Ints, times: Ints) -> Floats:
    """Dollars of each layout, −∞ where it breaks a distance; neighbours alike count against all dollars."""
    usable = rules.open[kinds, times].all(axis=1)
    value = np.full(len(kinds), -np.inf)
    kinds, times = kinds[usable], times[usable]
    minute = rules.minutes[times]
    apart = np.abs(minute[:, :, None] - minute[:, None, :])
    near = apart < rules.gaps[kinds[:, :, None], kinds[:, None, :]]
    near[:, np.arange(kinds.shape[1]), np.arange(kinds.shape[1])] = False
    fits = ~near.any(axis=(1, 2))
    fits[fits] = _is_valid(rules, kinds[fits], times[fits])
    kinds, times = kinds[fits], times[fits]
    dollars = rules.weights[kinds, times].sum(axis=1) - rules.crowding * _excess(rules, times)
    unit = 10.0 * (1.0 + float(np.abs(rules.weights).max()) * kinds.shape[1])
    worth = dollars - unit * _alike(rules, kinds, times)
    value[np.flatnonzero(usable)[fits]] = worth
    return value


def _is_valid(rules: DayRules, kinds: Ints, times: Ints) -> Bools:
    """Links after a campaign, room for followups, PPVs that repeat a style before noon."""
    minute = rules.minutes[times]
    low, high = rules.link_window
    ahead = minute[:, :, None] - minute[:, None, :]
    behind = (ahead >= low) & (ahead <= high) & rules.is_campaign[kinds][:, None, :]
    linked = ~rules.is_link[kinds] | rules.linked[kinds, times] | behind.any(axis=2)
    early = (rules.is_ppv[kinds] & rules.is_early[times]).sum(axis=1) >= rules.early_ppv
    valid = linked.all(axis=1) & early
    if rules.rooms:
        order = np.argsort(minute, axis=1, kind="stable")
        ordered = np.take_along_axis(minute, order, axis=1)
        gap = np.diff(ordered, axis=1, append=np.full((len(minute), 1), np.iinfo(np.int64).max // 2))
        parents = np.take_along_axis(rules.is_parent[kinds], order, axis=1)
        valid &= (parents & (gap >= rules.room)).sum(axis=1) >= rules.rooms
    return np.asarray(valid)


def _excess(rules: DayRules, times: Ints) -> Ints:
    """Sends beyond what the day's four-hour blocks hold."""
    over = np.zeros(len(times), dtype=np.int64)
    for number, room in enumerate(rules.block_room):
        over += np.maximum((rules.block[times] == number).sum(axis=1) - max(int(room), 0), 0)
    return over


def _alike(rules: DayRules, kinds: Ints, times: Ints) -> Ints:
    """Pairs of neighbours of one type; what is on the calendar already parts them."""
    order = np.argsort(times, axis=1, kind="stable")
    kind, minute = np.take_along_axis(kinds, order, axis=1), rules.minutes[np.take_along_axis(times, order, axis=1)]
    between = np.searchsorted(rules.fixed, minute)
    return np.asarray(((kind[:, 1:] == kind[:, :-1]) & (between[:, 1:] == between[:, :-1])).sum(axis=1))
