"""A day's layout made better by moving one send or exchanging two.

The day's program knows everything but neighbours: no two of one type stand side by side. Parting
them mostly takes an exchange of two sends that earn alike, which is found here by trying them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eros_assets.domain.arrays import Bools, Floats, Ints

STEPS = 30
ANY_TURN = -1
"""Turn of a class that may come at any."""
NO_KIND = -1
"""Instead of the number of a send type: it is not planned today."""


@dataclass(frozen=True)
class DayRules:
    """What a layout of one day is held against; K classes of sends, T times.

    A class is a send type, or the turn of a PPV: PPVs take their styles in order [1.1].
    """

    minutes: Ints  # (T,) ascending
    weights: Floats  # (K, T) dollars
    open: Bools  # (K, T) keeps its distance from what is on the calendar already
    kind: Ints  # (K,) number of the send type
    turn: Ints  # (K,) which of the day's PPVs in order of time, ANY_TURN where it makes no difference
    gaps: Ints  # (K, K) least minutes between two
    is_parent: Bools  # (K,) may have a followup
    rooms: int  # parents that need their followup's room behind them
    room: int  # minutes of that room
    serves: Bools  # (K, K) whether a link of the first class may point to a send of the second
    is_link: Bools  # (K,)
    linked: Bools  # (K, T) an earlier campaign is there to point to
    near: Bools  # (K, T) that campaign began within the link window
    late: float  # dollars given up rather than a link outside the link window
    link_window: tuple[int, int]  # minutes after a campaign of the day in which a link may start [1.5]
    is_early: Bools  # (T,) before noon
    is_ppv: Bools  # (K,)
    early_ppv: int  # PPVs that must come before noon [1.2]
    block: Ints  # (T,) four-hour block of each time
    block_room: Ints  # (blocks,) sends it still holds
    crowding: float  # dollars given up rather than one send too many in a block [11.5]
    fixed: Ints  # minutes of the day's sends that are on the calendar already
    fixed_kind: Ints  # numbers of their types, NO_KIND for one that is not planned today


def improved(rules: DayRules, kinds: Ints, times: Ints) -> Ints:
    """The time of each send, given by its class, after every exchange that helps, best first."""
    value = _judged(rules, kinds, times[None, :])[0]
    for _ in range(STEPS):
        tried = _neighbours(rules, kinds, times)
        values = _judged(rules, kinds, tried)
        best = int(values.argmax()) if len(values) else 0
        if not len(values) or values[best] <= value + 1e-9:
            break
        value, times = values[best], tried[best]
    return times


def has_neighbours_alike(rules: DayRules, kinds: Ints, times: Ints) -> bool:
    """Whether two sends of one type stand side by side."""
    return bool(_alike(rules, kinds, times[None, :])[0])


def _neighbours(rules: DayRules, kinds: Ints, times: Ints) -> Ints:
    """Every exchange of two sends of different classes and every move of one."""
    n = len(times)
    first, second = np.triu_indices(n, 1)
    differ = kinds[first] != kinds[second]
    first, second = first[differ], second[differ]
    swapped = np.tile(times, (len(first), 1))
    row = np.arange(len(first))
    swapped[row, first], swapped[row, second] = times[second], times[first]
    who, where = np.nonzero(rules.open[kinds])
    moved = np.tile(times, (len(who), 1))
    moved[np.arange(len(who)), who] = where
    return np.concatenate([swapped, moved])


def _judged(rules: DayRules, kinds: Ints, times: Ints) -> Floats:
    """Dollars of each layout, −∞ where it breaks a rule.

    A pair of neighbours of one type costs more than the day earns.
    """
    value = np.full(len(times), -np.inf)
    fits = np.flatnonzero(rules.open[kinds, times].all(axis=1))
    first, second = np.triu_indices(times.shape[1], 1)
    gaps = rules.gaps[kinds[first], kinds[second]]
    minute = rules.minutes[times[fits]]
    fits = fits[(np.abs(minute[:, first] - minute[:, second]) >= gaps).all(axis=1)]
    inside = _in_link_window(rules, kinds, times[fits])
    valid = _is_valid(rules, kinds, times[fits], inside)
    fits, inside = fits[valid], inside[valid]
    chosen = times[fits]
    dollars = rules.weights[kinds, chosen].sum(axis=1) - rules.crowding * _excess(rules, chosen)
    dollars -= rules.late * (~inside & ~rules.near[kinds, chosen]).sum(axis=1)
    unit = 10.0 * (1.0 + float(np.abs(rules.weights).max()) * times.shape[1])
    value[fits] = dollars - unit * _alike(rules, kinds, chosen)
    return value


def _is_valid(rules: DayRules, kinds: Ints, times: Ints, inside: Bools) -> Bools:
    """Which layouts keep the rules beyond distances.

    Links follow a campaign (``inside`` its hours, or one of an earlier day), followups have room, PPVs come in turn,
    and those that repeat a style come before noon.
    """
    minute = rules.minutes[times]
    valid = (rules.is_ppv[kinds] & rules.is_early[times]).sum(axis=1) >= rules.early_ppv
    turns = np.argsort(rules.turn[kinds], kind="stable")[(rules.turn[kinds] == ANY_TURN).sum() :]
    valid &= (np.diff(minute[:, turns], axis=1) > 0).all(axis=1)
    valid &= (inside | rules.linked[kinds, times]).all(axis=1)
    if rules.rooms:
        valid &= _roomy(rules, kinds, minute) >= rules.rooms
    return np.asarray(valid)


def _in_link_window(rules: DayRules, kinds: Ints, times: Ints) -> Bools:
    """Which links of each layout start in the hours after a send of the day they may point to; true of other sends."""
    minute = rules.minutes[times]
    low, high = rules.link_window
    inside = np.ones(times.shape, dtype=bool)
    for link in np.flatnonzero(rules.is_link[kinds]):
        ahead = minute[:, [link]] - minute[:, rules.serves[kinds[link]][kinds]]
        inside[:, link] = ((ahead >= low) & (ahead <= high)).any(axis=1)
    return inside


def _roomy(rules: DayRules, kinds: Ints, minute: Ints) -> Ints:
    """How many parents of each layout have room for their followup behind them."""
    order = np.argsort(minute, axis=1, kind="stable")
    behind = np.diff(np.take_along_axis(minute, order, axis=1), axis=1)
    behind = np.pad(behind, ((0, 0), (0, 1)), constant_values=rules.room)
    return np.asarray((rules.is_parent[kinds][order] & (behind >= rules.room)).sum(axis=1))


def _excess(rules: DayRules, times: Ints) -> Ints:
    """Sends beyond what the day's four-hour blocks hold."""
    number = np.arange(len(rules.block_room))
    taken = (rules.block[times][:, :, None] == number).sum(axis=1)
    return np.asarray(np.maximum(taken - rules.block_room, 0).sum(axis=1))


def _alike(rules: DayRules, kinds: Ints, times: Ints) -> Ints:
    """How many pairs of neighbours of one type each layout has, sends on the calendar already included."""
    fixed = np.broadcast_to(rules.fixed, (len(times), len(rules.fixed)))
    order = np.argsort(np.concatenate([rules.minutes[times], fixed], axis=1), axis=1, kind="stable")
    kind = np.concatenate([rules.kind[kinds], rules.fixed_kind])[order]
    return np.asarray(((kind[:, 1:] == kind[:, :-1]) & (kind[:, 1:] != NO_KIND)).sum(axis=1))
