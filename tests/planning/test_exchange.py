"""Exchanges make a day better and break nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from eros_assets.planning.programs.exchange import ANY_TURN, DayRules, has_neighbours_alike, improved

TIMES = 16


def a_day(weights: np.ndarray) -> DayRules:
    """A day of quarter hours, any two sends an hour apart and nothing else asked for."""
    kinds, minutes = len(weights), np.arange(TIMES) * 30
    return DayRules(
        minutes=minutes,
        weights=weights,
        kind=np.arange(kinds),
        turn=np.full(kinds, ANY_TURN),
        open=np.ones((kinds, TIMES), dtype=bool),
        gaps=np.full((kinds, kinds), 60),
        is_parent=np.zeros(kinds, dtype=bool),
        rooms=0,
        room=90,
        serves=np.zeros((kinds, kinds), dtype=bool),
        is_link=np.zeros(kinds, dtype=bool),
        linked=np.ones((kinds, TIMES), dtype=bool),
        near=np.ones((kinds, TIMES), dtype=bool),
        late=0.0,
        link_window=(60, 180),
        is_early=minutes < 240,
        is_ppv=np.zeros(kinds, dtype=bool),
        early_ppv=0,
        block=minutes // 240,
        block_room=np.array([3, 3]),
        crowding=0.0,
        fixed=np.empty(0, dtype=np.int64),
        fixed_kind=np.empty(0, dtype=np.int64),
    )


def dollars(rules: DayRules, kinds: np.ndarray, times: np.ndarray) -> float:
    return float(rules.weights[kinds, times].sum())


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_an_exchange_never_costs_and_keeps_the_distances(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 3, 5)
    rules = a_day(rng.random((3, TIMES)))
    start = np.sort(rng.choice(TIMES // 3, 5, replace=False)) * 3
    times = improved(rules, kinds, start)
    assert (np.diff(np.sort(rules.minutes[times])) >= 60).all()
    if not has_neighbours_alike(rules, kinds, start):
        assert not has_neighbours_alike(rules, kinds, times)
        assert dollars(rules, kinds, times) >= dollars(rules, kinds, start) - 1e-9


def test_neighbours_alike_are_parted_at_the_least_cost() -> None:
    weights = np.zeros((2, TIMES))
    weights[0, [0, 2, 4]] = (5.0, 4.0, 1.0)
    rules = a_day(weights)
    kinds, start = np.array([0, 0, 1]), np.array([0, 2, 4])
    assert has_neighbours_alike(rules, kinds, start)
    times = improved(rules, kinds, start)
    assert not has_neighbours_alike(rules, kinds, times)
    lawful = [p for p in permutations((0, 2, 4)) if not has_neighbours_alike(rules, kinds, np.array(p))]
    assert dollars(rules, kinds, times) == max(dollars(rules, kinds, np.array(p)) for p in lawful)


def test_links_rooms_and_early_ppvs_hold() -> None:
    weights = np.tile(np.arange(TIMES, 0, -1.0), (3, 1))  # everyone wants the morning
    plain = a_day(weights)
    rules = replace(
        plain,
        serves=np.array([[False, False, False], [True, False, False], [False, False, False]]),
        is_link=np.array([False, True, False]),
        linked=np.zeros((3, TIMES), dtype=bool),
        near=np.zeros((3, TIMES), dtype=bool),
        is_parent=np.array([True, False, False]),
        rooms=1,
        is_ppv=np.array([False, False, True]),
        early_ppv=1,
    )
    kinds = np.array([0, 1, 2])
    times = improved(rules, kinds, np.array([8, 12, 0]))
    minute = dict(zip(kinds.tolist(), rules.minutes[times].tolist(), strict=True))
    assert 60 <= minute[1] - minute[0] <= 180
    assert minute[2] < 240
    later = [m for m in minute.values() if m > minute[0]]
    assert not later or min(later) - minute[0] >= 90


def test_a_link_to_yesterday_gives_way_to_one_in_its_hours_when_that_is_dear() -> None:
    weights = np.zeros((2, TIMES))
    weights[0, 12] = weights[1, 0] = 1.0  # the campaign wants the evening, its link the morning
    plain = replace(
        a_day(weights),
        serves=np.array([[False, False], [True, False]]),
        is_link=np.array([False, True]),
        near=np.array([[True], [False]]).repeat(TIMES, axis=1),
    )
    kinds, start = np.array([0, 1]), np.array([12, 0])
    assert improved(plain, kinds, start).tolist() == [12, 0]
    campaign, link = improved(replace(plain, late=5.0), kinds, start).tolist()
    assert 60 <= 30 * (link - campaign) <= 180


def test_a_full_block_is_left_when_crowding_costs_more() -> None:
    weights = np.zeros((4, TIMES))
    weights[:, :8] = 1.0
    kinds, start = np.arange(4), np.array([0, 2, 4, 6])
    assert (plain := improved(a_day(weights), kinds, start)).max() < 8, plain
    crowded = improved(replace(a_day(weights), crowding=2.0), kinds, start)
    assert (crowded >= 8).sum() == 1
